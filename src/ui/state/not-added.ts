/**
 * Files that a person gave and that were not added when the page went.
 *
 *   upload queue ─ what runs and waits ─▶ noted in the browser ─ reload, crash ─▶ listed ─ given again, or left out ─▶ gone
 *
 * A browser gives a page no file twice, so that only names can be kept. What the node keeps of an upload that was cut off
 * is listed by the node itself.
 */
import { signal } from '@preact/signals'
import type { ReadonlySignal } from '@preact/signals'
import type { PageStorage } from '../page/page-services.ts'
import type { QueuedFile } from './upload-queue.ts'

const STORAGE_KEY = 'quire-not-added'
/** As many as the queue takes, and some that were left from before. */
const MAX_NOTED_FILES = 6000

/** Names of thousands are written as one text: not for each file that is done, as long as most of those noted are not. */
const MAX_DONE_SHARE = 0.02

/** What a file is recognised by when it is given again. */
export interface FileNote {
  readonly name: string
  readonly sizeBytes: number
  readonly lastModifiedMs: number
}

export class NotAdded {
  readonly #storage: () => PageStorage
  readonly #files = signal<readonly FileNote[]>([])
  #lastCount = 0
  #notedCount = 0

  /** `storage` is a function, as a browser that forbids storage throws when it is only named. */
  constructor(storage: () => PageStorage) {
    this.#storage = storage
  }

  get files(): ReadonlySignal<readonly FileNote[]> {
    return this.#files
  }

  /** Takes up what the last page noted. */
  load(): void {
    try {
      this.#enter(notesOf(JSON.parse(this.#storage().getItem(STORAGE_KEY) ?? '[]')))
    } catch {
      // Storage that is forbidden or holds something else has nothing to list.
    }
  }

  /** Notes what would be lost with the page: what is listed, what the queue has not done, and a few that it has just done. */
  note(unfinished: readonly QueuedFile[]): void {
    const listed = this.#files.value
    const count = unfinished.length + listed.length
    const hasGrown = count > this.#lastCount
    this.#lastCount = count
    if (!hasGrown && count > this.#notedCount * (1 - MAX_DONE_SHARE)) return
    this.#notedCount = count
    const notes = [...unfinished.map(noteOf), ...listed].slice(0, MAX_NOTED_FILES)
    try {
      this.#storage().setItem(STORAGE_KEY, JSON.stringify(notes))
    } catch {
      // Storage may be closed or full: the list then lasts as long as the page.
    }
  }

  /** Lists files that the page could not add. */
  keep(files: readonly QueuedFile[]): void {
    this.#enter(files.map(noteOf))
  }

  /** These were given again. */
  given(files: readonly QueuedFile[]): void {
    const given = files.map(noteOf)
    this.#files.value = this.#files.peek().filter((note) => !given.some((other) => isSame(note, other)))
  }

  leaveOut(): void {
    this.#files.value = []
  }

  /** As `leaveOut`, of one file. */
  leaveOutOne({ name, sizeBytes }: Pick<FileNote, 'name' | 'sizeBytes'>): void {
    this.#files.value = this.#files.peek().filter((note) => note.name !== name || note.sizeBytes !== sizeBytes)
  }

  #enter(notes: readonly FileNote[]): void {
    const listed = this.#files.peek()
    this.#files.value = [...listed, ...notes.filter((note) => !listed.some((other) => isSame(note, other)))]
  }
}

function noteOf({ file, name }: QueuedFile): FileNote {
  return { name, sizeBytes: file.size, lastModifiedMs: file.lastModified }
}

function isSame(a: FileNote, b: FileNote): boolean {
  return a.name === b.name && a.sizeBytes === b.sizeBytes && a.lastModifiedMs === b.lastModifiedMs
}

function notesOf(value: unknown): FileNote[] {
  return Array.isArray(value) ? value.flatMap((item) => noteIn(item) ?? []) : []
}

function noteIn(value: unknown): FileNote | undefined {
  if (typeof value !== 'object' || value === null) return undefined
  if (!('name' in value && 'sizeBytes' in value && 'lastModifiedMs' in value)) return undefined
  const { name, sizeBytes, lastModifiedMs } = value
  if (typeof name !== 'string' || typeof sizeBytes !== 'number' || typeof lastModifiedMs !== 'number') return undefined
  return { name, sizeBytes, lastModifiedMs }
}
