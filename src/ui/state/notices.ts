/** What went wrong and belongs to no row of a list; notices of one kind and code gather into one. */
import { signal } from '@preact/signals'
import type { ReadonlySignal } from '@preact/signals'
import { ERROR_TABLE } from '../../errors.ts'
import type { ErrorView, TransferView } from '../../rpc/api.ts'
import { countOf, formatCount } from '../format/bytes.ts'
import { displayName } from '../format/names.ts'
import { MAX_WAITING_FILES, type QueuedFile } from './upload-queue.ts'

/** Which action failed. */
export type NoticeKind = 'upload' | 'fetch' | 'save' | 'delete' | 'share' | 'community' | 'other'

export interface Notice {
  readonly id: number
  readonly kind: NoticeKind
  /** What it concerns, in the order of failure. */
  readonly names: readonly string[]
  readonly error: ErrorView
  /** What can be tried again: those of its files that the browser still gives. */
  readonly files: readonly QueuedFile[]
}

interface NoticeInit {
  readonly files?: readonly QueuedFile[]
}

const MAX_NOTICES = 6
/** A queue of thousands may fail file by file; the rest is counted by nobody, the queue’s own limit is near this. */
const MAX_NAMES = 10_000
const NAMES_SHOWN = 3

export class Notices {
  readonly #list = signal<readonly Notice[]>([])
  #nextId = 1

  get list(): ReadonlySignal<readonly Notice[]> {
    return this.#list
  }

  add(kind: NoticeKind, names: readonly string[], error: ErrorView, { files = [] }: NoticeInit = {}): void {
    const list = this.#list.peek()
    const same = list.find((notice) => notice.kind === kind && notice.error.code === error.code)
    if (same === undefined) {
      this.#list.value = [{ id: this.#nextId++, kind, names, error, files }, ...list].slice(0, MAX_NOTICES)
      return
    }
    const merged = {
      ...same,
      error,
      names: [...same.names, ...names].slice(0, MAX_NAMES),
      files: [...same.files, ...files].slice(0, MAX_NAMES),
    }
    this.#list.value = [merged, ...list.filter((notice) => notice !== same)]
  }

  dismiss(id: number): void {
    this.#list.value = this.#list.peek().filter((notice) => notice.id !== id)
  }

  /** The row of a failed transfer was dismissed: nothing tells of it any more. */
  forget(transfer: TransferView): void {
    this.#list.value = this.#list.peek().flatMap((notice) => {
      if (!concerns(notice, transfer)) return [notice]
      const names = notice.names.filter((name) => name !== transfer.name && name !== transfer.cid)
      return names.length === 0 ? [] : [{ ...notice, names }]
    })
  }
}

/** The heading of a notice: “Not added: a.bin, b.bin, c.bin and 9 more”. */
export function titleOfNotice({ kind, names }: Notice): string {
  const listed = listNames(names)
  return listed === '' ? TITLES[kind] : `${TITLES[kind]}: ${listed}`
}

/** Whether both tell the same failure. */
export function concerns({ kind, names, error }: Notice, transfer: TransferView): boolean {
  if (kind !== transfer.kind || transfer.phase.state !== 'failed') return false
  return (
    error.code === transfer.phase.error.code && names.some((name) => name === transfer.name || name === transfer.cid)
  )
}

/** Files that were left out because they are empty. */
export function emptyFileError(count: number): ErrorView {
  const message = count === 1 ? 'The file is empty.' : `${countOf(count, 'file')} are empty.`
  return pageError('ERR_EMPTY_FILE', message, ERROR_TABLE.ERR_EMPTY_FILE.advice)
}

/** Files that could not be read where they lie. */
export function unreadableFileError(): ErrorView {
  const advice = 'Check that it is still there and that you may open it, then add it again.'
  return pageError('ERR_UNKNOWN', 'The browser could not read it.', advice)
}

/** What another app shared and that did not reach this page. */
export function sharedFilesError(): ErrorView {
  const message = 'What was shared did not reach Quire.'
  return pageError(
    'ERR_UNKNOWN',
    message,
    'Share it again, or add it with “Add files”. Free some space if it is large.',
  )
}

/** Files above what the queue takes. */
export function tooManyFilesError(): ErrorView {
  const message = `Quire takes ${countOf(MAX_WAITING_FILES, 'file')} at a time; the others were left out.`
  return pageError('ERR_OPTION_INVALID', message, 'Add the others when these are done.')
}

/** What the page itself refuses: no node was asked. */
function pageError(code: ErrorView['code'], message: string, advice: string): ErrorView {
  return { code, message, advice, details: {}, causes: [] }
}

const TITLES: Record<NoticeKind, string> = {
  upload: 'Not added',
  fetch: 'Not fetched',
  save: 'Not saved',
  delete: 'Not deleted',
  share: 'No link was made',
  community: 'Not done',
  other: 'Something went wrong',
}

function listNames(names: readonly string[]): string {
  const shown = names.slice(0, NAMES_SHOWN).map((name) => displayName(name))
  const more = names.length - shown.length
  return shown.join(', ') + (more > 0 ? ` and ${formatCount(more)} more` : '')
}
