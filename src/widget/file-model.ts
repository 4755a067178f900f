/**
 * A file in a widget:
 *
 *   manifest (looked for a minute) ──▶ found: what it is ──▶ show(), by itself where it is small ──▶ shown | failed
 */
import { signal } from '@preact/signals'
import type { ReadonlySignal } from '@preact/signals'
import type { ErrorView, ManifestView, NodeApi } from '../rpc/api.ts'
import { isAbort, viewOfError } from '../rpc/errors.ts'
import { collectFile, MAX_TEXT_BYTES, type ReadFile, readText } from './file-content.ts'
import { shownAs, type ShownAs } from './file-kind.ts'
import type { WidgetView } from './protocol.ts'

export type FileView = Extract<WidgetView, { kind: 'file' }>

export type FileContent =
  /** Waits for the person: it is large, or nothing that a browser shows. */
  | { readonly state: 'offered' }
  | { readonly state: 'loading'; readonly doneBytes: number }
  | { readonly state: 'shown'; readonly url: string }
  | { readonly state: 'text'; readonly text: string; readonly isCut: boolean }
  | { readonly state: 'failed'; readonly error: ErrorView }

export type FileState =
  | { readonly state: 'looking' }
  | { readonly state: 'found'; readonly manifest: ManifestView; readonly as: ShownAs; readonly content: FileContent }
  | { readonly state: 'failed'; readonly error: ErrorView }

/** Larger ones wait for a press: a page may show many. */
const MAX_UNASKED_BYTES = { image: 8_000_000, audio: 0, video: 0, text: Number.POSITIVE_INFINITY, other: 0 } as const

export interface FileModelParts {
  readonly api: NodeApi
  readonly view: FileView
  /** CID with the addresses of the view. */
  readonly link: string
  readonly isInMemory: boolean
  /** An address at which the service worker plays the file while it comes; undefined where there is none. */
  readonly streamUrl: (manifest: ManifestView) => Promise<string | undefined>
}

export class FileModel {
  readonly #parts: FileModelParts
  readonly #state = signal<FileState>({ state: 'looking' })
  #running = new AbortController()
  #blob: Blob | undefined
  readonly #urls: string[] = []

  constructor(parts: FileModelParts) {
    this.#parts = parts
  }

  get state(): ReadonlySignal<FileState> {
    return this.#state
  }

  /** Looks for the file, also again after a failure. */
  async look(): Promise<void> {
    this.#running.abort()
    this.#running = new AbortController()
    const { signal: running } = this.#running
    this.#state.value = { state: 'looking' }
    try {
      const manifest = await this.#parts.api.manifest(this.#parts.link, { signal: running })
      const as = shownAs(manifest)
      const canPlay = as.kind === 'audio' || as.kind === 'video' ? await this.#parts.streamUrl(manifest) : undefined
      running.throwIfAborted()
      const content: FileContent = canPlay === undefined ? { state: 'offered' } : { state: 'shown', url: canPlay }
      this.#state.value = { state: 'found', manifest, as, content }
      if (canPlay === undefined && manifest.sizeBytes <= MAX_UNASKED_BYTES[as.kind]) await this.show()
    } catch (error) {
      if (!running.aborted) this.#state.value = { state: 'failed', error: viewOfError(error) }
    }
  }

  /** Fetches what is to be shown. */
  async show(): Promise<void> {
    await this.#load(async (read, as) => {
      if (as.kind !== 'text') return { state: 'shown', url: this.#urlOf(await collectFile(read)) }
      return { state: 'text', text: await readText(read), isCut: read.manifest.sizeBytes > MAX_TEXT_BYTES }
    })
  }

  /** The whole file, to be saved; undefined where that failed or was stopped, which the state says. */
  async whole(): Promise<Blob | undefined> {
    const before = this.#found()?.content
    if (this.#blob !== undefined) return this.#blob
    await this.#load(async (read) => {
      this.#blob = await collectFile(read)
      return before ?? { state: 'offered' }
    })
    return this.#blob
  }

  /** Gives up what is being fetched; what arrived is kept by the node. */
  stop(): void {
    this.#running.abort()
    this.#running = new AbortController()
    const found = this.#found()
    if (found?.content.state === 'loading') this.#state.value = { ...found, content: { state: 'offered' } }
  }

  close(): void {
    this.#running.abort()
    for (const url of this.#urls) URL.revokeObjectURL(url)
  }

  async #load(run: (read: ReadFile, as: ShownAs) => Promise<FileContent>): Promise<void> {
    const found = this.#found()
    if (found === undefined || found.content.state === 'loading') return
    const { signal: running } = this.#running
    const put = (content: FileContent): void => {
      if (!running.aborted) this.#state.value = { ...found, content }
    }
    put({ state: 'loading', doneBytes: 0 })
    const { api, link, isInMemory } = this.#parts
    const read = {
      api,
      link,
      isInMemory,
      manifest: found.manifest,
      mediaType: found.as.mediaType,
      signal: running,
      onProgress: (doneBytes: number) => put({ state: 'loading', doneBytes }),
    }
    try {
      put(await run(read, found.as))
    } catch (error) {
      put(isAbort(error) ? { state: 'offered' } : { state: 'failed', error: viewOfError(error) })
    }
  }

  #found(): Extract<FileState, { state: 'found' }> | undefined {
    const now = this.#state.peek()
    return now.state === 'found' ? now : undefined
  }

  #urlOf(blob: Blob): string {
    this.#blob = blob
    const url = URL.createObjectURL(blob)
    this.#urls.push(url)
    return url
  }
}
