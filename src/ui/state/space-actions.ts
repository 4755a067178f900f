/** What a person can say about space: what stays, whether the browser keeps it; and what went to make room. */
import { signal } from '@preact/signals'
import type { ReadonlySignal } from '@preact/signals'
import type { DatasetView, EvictionView, NodeApi } from '../../rpc/api.ts'
import { viewOfError } from '../../rpc/errors.ts'
import { displayName } from '../format/names.ts'
import type { PageServices } from '../page/page-services.ts'
import { BrowserNote } from './browser-note.ts'
import type { FileActions } from './file-actions.ts'
import type { Notices } from './notices.ts'

/** The browser’s promise to keep this origin’s storage. */
export type Promised = 'unknown' | 'yes' | 'no' | 'refused'

export const PROMISE_WORDS: Record<Promised, string> = {
  unknown: '',
  yes: 'The browser has promised to keep these files until you delete them.',
  no: 'The browser may remove these files by itself when the disk runs full. It can promise to keep them.',
  refused:
    'The browser did not promise it. It decides by how much you use this site: bookmark or install it, and ask again later. Save what matters to disk.',
}

/** A dataset that went by itself. */
export interface GoneNote {
  readonly cid: string
  readonly name?: string | undefined
  readonly sizeBytes: number
  readonly atMs: number
}

interface SpaceActionsParts {
  readonly node: () => NodeApi
  readonly page: PageServices
  readonly files: FileActions
  readonly notices: Notices
  readonly announce: (text: string) => void
}

const STORAGE_KEY = 'quire-gone'
const MAX_GONE = 50

export class SpaceActions {
  readonly #parts: SpaceActionsParts
  readonly #promised = signal<Promised>('unknown')
  readonly #gone = signal<readonly GoneNote[]>([])
  readonly #eviction = signal<EvictionView | undefined>(undefined)
  readonly #note: BrowserNote

  constructor(parts: SpaceActionsParts) {
    this.#parts = parts
    this.#note = new BrowserNote(() => parts.page.storage(), STORAGE_KEY)
    this.#gone.value = goneIn(this.#note.read())
  }

  get promised(): ReadonlySignal<Promised> {
    return this.#promised
  }

  /** What went to make room, the newest first, until it is here again or the list is cleared. */
  get gone(): ReadonlySignal<readonly GoneNote[]> {
    return this.#gone
  }

  /** What went last, until it is dismissed. */
  get eviction(): ReadonlySignal<EvictionView | undefined> {
    return this.#eviction
  }

  /** Reads what the browser has promised. */
  async readPromise(): Promise<void> {
    try {
      const isPersistent = await this.#parts.page.isPersistent()
      if (this.#promised.peek() === 'unknown') this.#promised.value = isPersistent ? 'yes' : 'no'
    } catch {
      // A browser without the question has made no promise; nothing is said of it.
    }
  }

  async askForPromise(): Promise<void> {
    const { page, files, announce } = this.#parts
    const isPromised = await page.askForPersistence().catch(() => false)
    this.#promised.value = isPromised ? 'yes' : 'refused'
    // The quota may have grown with the promise, and other parts of the page show both.
    await files.measureSpace()
    announce(PROMISE_WORDS[this.#promised.peek()])
  }

  async setPinned({ cid, name }: DatasetView, isPinned: boolean): Promise<void> {
    const { node, notices, announce } = this.#parts
    try {
      await node().setPinned(cid, isPinned)
      announce(`${displayName(name)}: ${isPinned ? 'pinned, it stays' : 'not pinned, it may go when room is needed'}`)
    } catch (error) {
      notices.add('other', [name ?? cid], viewOfError(error))
    }
  }

  noteEviction(eviction: EvictionView): void {
    this.#eviction.value = eviction
    const { evicted, atMs } = eviction
    const cids = new Set(evicted.map(({ cid }) => cid))
    const added = evicted.map(({ cid, name, sizeBytes }) => ({ cid, name, sizeBytes, atMs }))
    this.#setGone([...added, ...this.#gone.peek().filter(({ cid }) => !cids.has(cid))].slice(0, MAX_GONE))
  }

  /** What is here again has not gone. */
  noteHere(datasets: readonly DatasetView[]): void {
    const gone = this.#gone.peek()
    if (gone.length === 0) return
    const here = new Set(datasets.map(({ cid }) => cid))
    const left = gone.filter(({ cid }) => !here.has(cid))
    if (left.length < gone.length) this.#setGone(left)
  }

  dismissEviction(): void {
    this.#eviction.value = undefined
  }

  forgetGone(): void {
    this.dismissEviction()
    this.#setGone([])
    this.#parts.announce('List cleared')
  }

  #setGone(gone: readonly GoneNote[]): void {
    this.#gone.value = gone
    this.#note.write(gone)
  }
}

function goneIn(value: unknown): readonly GoneNote[] {
  return Array.isArray(value) ? value.filter(isGoneNote).slice(0, MAX_GONE) : []
}

function isGoneNote(value: unknown): value is GoneNote {
  if (typeof value !== 'object' || value === null) return false
  if (!('cid' in value && 'sizeBytes' in value && 'atMs' in value)) return false
  const isNamed = !('name' in value) || typeof value.name === 'string'
  return isNamed && typeof value.cid === 'string' && Number.isFinite(value.sizeBytes) && Number.isFinite(value.atMs)
}
