/**
 * Files that a person adds in a widget, one after another:
 *
 *   taken ──▶ the person is asked, where that is to be asked ──▶ added ──▶ the host page learns the CID
 */
import { signal } from '@preact/signals'
import type { ReadonlySignal } from '@preact/signals'
import { QuireError } from '../errors.ts'
import type { DatasetView, ErrorView } from '../rpc/api.ts'
import { isAbort, viewOfError } from '../rpc/errors.ts'
import type { WidgetModel } from './widget-model.ts'

export const MAX_FILES = 32
/** Those that have ended stay in sight. */
const MAX_ROWS = 64

export interface DropRow {
  readonly id: string
  readonly name: string
  readonly sizeBytes: number
  readonly state: 'waiting' | 'adding' | 'done' | 'failed' | 'cancelled'
  /** Once it is added: to hand on. */
  readonly link?: string | undefined
  readonly error?: ErrorView | undefined
}

interface Taken {
  readonly id: string
  readonly file: Blob
  readonly name: string
}

export class DropModel {
  readonly #widget: WidgetModel
  readonly #rows = signal<readonly DropRow[]>([])
  readonly #refusal = signal<ErrorView | undefined>(undefined)
  readonly #controllers = new Map<string, AbortController>()
  #last: Promise<void> = Promise.resolve()

  constructor(widget: WidgetModel) {
    this.#widget = widget
  }

  /** Newest first. */
  get rows(): ReadonlySignal<readonly DropRow[]> {
    return this.#rows
  }

  /** Why nothing of the last files was added. */
  get refusal(): ReadonlySignal<ErrorView | undefined> {
    return this.#refusal
  }

  /** Adds files, once the person has agreed where they are to be asked; resolves when each was added or was not. */
  async take(files: readonly { readonly file: Blob; readonly name: string }[]): Promise<void> {
    this.#refusal.value = undefined
    if (files.length === 0) return
    const { rights } = this.#widget
    const names = files.map(({ name }) => name)
    if (files.length > MAX_FILES) return this.#refuse(tooMany())
    if (!(await rights.ask('upload', names))) {
      // Whoever said no knows why nothing happened.
      if (rights.rights.peek().upload === 'denied') this.#refuse(denied())
      return
    }
    const taken = files.map(({ file, name }) => ({ id: crypto.randomUUID(), file, name }))
    const rows = taken.map(({ id, file, name }): DropRow => ({ id, name, sizeBytes: file.size, state: 'waiting' }))
    for (const { id } of taken) this.#controllers.set(id, new AbortController())
    this.#rows.value = [...rows.toReversed(), ...this.#rows.peek()].slice(0, MAX_ROWS)
    const before = this.#last
    this.#last = this.#addAll(taken, before)
    await this.#last
  }

  cancel(id: string): void {
    this.#controllers.get(id)?.abort()
  }

  close(): void {
    for (const controller of this.#controllers.values()) controller.abort()
  }

  async #addAll(taken: readonly Taken[], before: Promise<void>): Promise<void> {
    await before
    for (const file of taken) await this.#add(file)
  }

  async #add({ id, file, name }: Taken): Promise<void> {
    const cancelling = this.#controllers.get(id)?.signal
    try {
      cancelling?.throwIfAborted()
      const api = this.#widget.api.peek()
      if (api === undefined) throw new QuireError('ERR_NODE_STOPPED', 'The node does not run.')
      this.#change(id, { state: 'adding' })
      this.#widget.tellState('loading')
      const dataset = await api.upload(file, { name, reference: id, signal: cancelling })
      const link = await api.shareLink(dataset.cid, this.#widget.appUrl)
      this.#change(id, { state: 'done', link })
      this.#tellAdded(dataset, link)
      this.#widget.app.announce(`${name} was added.`)
    } catch (error) {
      this.#fail(id, error)
    } finally {
      this.#controllers.delete(id)
    }
  }

  #tellAdded({ cid, sizeBytes, name, mediaType }: DatasetView, link: string): void {
    const file = {
      cid,
      sizeBytes,
      link,
      ...(name === undefined ? {} : { name }),
      ...(mediaType === undefined ? {} : { mediaType }),
    }
    this.#widget.tell({ type: 'uploaded', file })
    this.#widget.tellState('ready')
  }

  #fail(id: string, error: unknown): void {
    if (isAbort(error)) return this.#change(id, { state: 'cancelled' })
    const view = viewOfError(error)
    this.#change(id, { state: 'failed', error: view })
    this.#widget.tellState('failed', view)
  }

  #refuse(error: QuireError): void {
    const view = viewOfError(error)
    this.#refusal.value = view
    this.#widget.tellState('failed', view)
  }

  #change(id: string, change: Partial<DropRow>): void {
    this.#rows.value = this.#rows.peek().map((row) => (row.id === id ? { ...row, ...change } : row))
  }
}

function tooMany(): QuireError {
  return new QuireError('ERR_ARGUMENT_INVALID', `At most ${MAX_FILES} files can be added at a time here.`)
}

export function denied(): QuireError {
  return new QuireError('ERR_WIDGET_HOST_DENIED', 'This page may not have files added to Quire.')
}
