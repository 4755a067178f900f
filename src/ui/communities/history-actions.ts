/** What a person can do with communities. A form gets back why it was refused; everything else ends in notices. */
import { signal } from '@preact/signals'
import type { ReadonlySignal } from '@preact/signals'
import type { ErrorView } from '../../rpc/api.ts'
import { isAbort, viewOfError } from '../../rpc/errors.ts'
import type {
  CommunityId,
  CommunitySettings,
  CommunityView,
  HistoryApi,
  ImportKind,
  NewCommunity,
} from '../../rpc/history-api.ts'
import { displayName } from '../format/names.ts'
import type { PageServices } from '../page/page-services.ts'
import type { Notices } from '../state/notices.ts'
import { findCommunityId, routeOf } from '../state/route.ts'
import type { Router } from '../state/router.ts'
import { DelayedLeaves } from './delayed-leaves.ts'

export interface HistoryActionsParts {
  readonly api: () => HistoryApi
  readonly communities: () => readonly CommunityView[]
  readonly page: PageServices
  readonly router: Router
  readonly notices: Notices
  readonly announce: (text: string) => void
}

export class HistoryActions {
  /** Communities that are left unless that is undone. */
  readonly leaves: DelayedLeaves
  readonly #parts: HistoryActionsParts
  readonly #followError = signal<ErrorView | undefined>(undefined)
  readonly #publishing = signal<ReadonlyMap<CommunityId, AbortController>>(new Map())
  readonly #importingCount = signal(0)
  readonly #followingCount = signal(0)

  constructor(parts: HistoryActionsParts) {
    this.#parts = parts
    this.leaves = new DelayedLeaves((act, afterMs) => parts.page.later(act, afterMs))
  }

  /** Why the text in the follow box, or an opened link, is refused. */
  get followError(): ReadonlySignal<ErrorView | undefined> {
    return this.#followError
  }

  /** True while a community that was asked for is not here yet. */
  get isFollowing(): boolean {
    return this.#followingCount.value > 0
  }

  /** Exports that this page is reading. */
  get importingCount(): ReadonlySignal<number> {
    return this.#importingCount
  }

  clearFollowError(): void {
    this.#followError.value = undefined
  }

  /** Follows a link or id and shows its community; false where the text was refused. */
  async follow(text: string): Promise<boolean> {
    const link = text.trim()
    const { router, announce } = this.#parts
    try {
      const { id, name } = await this.#follow(link)
      const hash = link.slice(Math.max(0, link.indexOf('#')))
      // A link to a message leads to that message.
      const named = routeOf(hash).community
      router.showCommunity(named?.id === id ? named : { id })
      announce(`${called(name)}: followed`)
      return true
    } catch (error) {
      this.#followError.value = viewOfError(error)
      // Where it was pasted elsewhere, the box that says why is there.
      router.showPlace('communities')
      return false
    }
  }

  /** A link that the page was opened with: its place is in the address already. */
  async followOpened(link: string): Promise<void> {
    const id = findCommunityId(link)
    const { router, page } = this.#parts
    try {
      await this.#follow(`${page.baseUrl}#/${link}`)
    } catch (error) {
      this.#followError.value = viewOfError(error)
      const isShown = id !== undefined && router.route.peek().community?.id === id
      if (isShown) router.showCommunity(undefined, { isReplaced: true })
    }
  }

  /** Follows the community that the address names, and stays where the address leads. */
  async followHere(id: CommunityId): Promise<void> {
    this.#followError.value = await this.attempt(() => this.#follow(id))
  }

  async #follow(link: string): Promise<CommunityView> {
    this.clearFollowError()
    this.#followingCount.value += 1
    try {
      const community = await this.#parts.api().follow(link)
      // Whoever follows it again does not want to leave it.
      this.leaves.undo(community.id)
      return community
    } finally {
      this.#followingCount.value -= 1
    }
  }

  /** Makes a community and shows what to do next: save its key, or choose an export. */
  async create(wanted: NewCommunity, next: 'keys' | 'import'): Promise<ErrorView | undefined> {
    return this.attempt(async () => {
      const { id, name } = await this.#parts.api().create(wanted)
      this.#parts.router.showCommunity({ id, panel: next })
      this.#parts.announce(`${called(name)}: created`)
    })
  }

  describe(id: CommunityId, change: Parameters<HistoryApi['describe']>[1]): Promise<ErrorView | undefined> {
    return this.attempt(() => this.#parts.api().describe(id, change))
  }

  setSettings(id: CommunityId, settings: CommunitySettings): Promise<ErrorView | undefined> {
    return this.attempt(() => this.#parts.api().setSettings(id, settings))
  }

  setTotalQuota(bytes: number): Promise<ErrorView | undefined> {
    return this.attempt(() => this.#parts.api().setTotalQuotaBytes(bytes))
  }

  async setPaused({ id, name }: CommunityView, isPaused: boolean): Promise<void> {
    await this.try(`${isPaused ? 'Pause' : 'Resume'} ${called(name)}`, async () => {
      await this.#parts.api().setSettings(id, { isPaused })
      this.#parts.announce(`${called(name)}: ${isPaused ? 'paused' : 'goes on'}`)
    })
  }

  async retry({ id, name }: CommunityView): Promise<void> {
    await this.try(`Look for news of ${called(name)}`, () => this.#parts.api().retryNow(id))
  }

  /** Shows it as left; it is left when the time for an undo is over. */
  leave({ id, name }: CommunityView, options: { isDataRemoved: boolean }): void {
    const { api, router, announce } = this.#parts
    this.leaves.add(id, async () => {
      await this.try(`Leave ${called(name)}`, () => api().leave(id, options))
    })
    if (router.route.peek().community?.id === id) router.showCommunity(undefined)
    announce(`${called(name)}: left. It can be undone for a few seconds.`)
  }

  undoLeave({ id, name }: CommunityView): void {
    if (this.leaves.undo(id)) this.#parts.announce(`${called(name)}: it stays`)
  }

  /** This page’s own runs; others are told by the community’s state and cannot be stopped from here. */
  isPublishing(id: CommunityId): boolean {
    return this.#publishing.value.has(id)
  }

  async publish({ id, name }: CommunityView): Promise<void> {
    if (this.#publishing.peek().has(id)) return
    const stop = new AbortController()
    this.#publishing.value = new Map(this.#publishing.peek()).set(id, stop)
    try {
      await this.#parts.api().publishNow(id, { signal: stop.signal })
      this.#parts.announce(`${called(name)}: published`)
    } catch (error) {
      if (isAbort(error)) this.#parts.announce(`${called(name)}: stopped. What was done is kept.`)
      else this.report(`Publish ${called(name)}`, error)
    } finally {
      const left = new Map(this.#publishing.peek())
      left.delete(id)
      this.#publishing.value = left
    }
  }

  stopPublishing(id: CommunityId): void {
    this.#publishing.peek().get(id)?.abort(new DOMException('Stopped by hand.', 'AbortError'))
  }

  /** Reads an export; its progress comes as a row. What is refused at once is given back. */
  async importFile(id: CommunityId, file: File, kind?: ImportKind): Promise<ErrorView | undefined> {
    this.#importingCount.value += 1
    try {
      return await this.attempt(() => this.#parts.api().importFile(id, file, kind === undefined ? {} : { kind }))
    } finally {
      this.#importingCount.value -= 1
    }
  }

  async stopImport(importId: string, fileName: string): Promise<void> {
    await this.try(`Stop ${displayName(fileName)}`, () => this.#parts.api().cancelImport(importId))
  }

  async dismissImport(importId: string): Promise<void> {
    await this.try('', () => this.#parts.api().dismissImport(importId))
  }

  setPerson(displayName: string): Promise<ErrorView | undefined> {
    return this.attempt(() => this.#parts.api().setPerson({ displayName }))
  }

  /** The link to hand out now; undefined (and a notice) where none could be made. */
  async shareLink(id: CommunityId, at?: Parameters<HistoryApi['shareLink']>[2]): Promise<string | undefined> {
    return this.try('Make a link', () => this.#parts.api().shareLink(id, this.#parts.page.baseUrl, at))
  }

  /** Undefined where it was done, or was stopped by hand; else why not. */
  async attempt(action: () => Promise<unknown>): Promise<ErrorView | undefined> {
    try {
      await action()
      return undefined
    } catch (error) {
      return isAbort(error) ? undefined : viewOfError(error)
    }
  }

  /** What was done, or undefined and a notice; `what` says what was wanted: “Leave Guild of Binders”. */
  async try<T>(what: string, action: () => Promise<T>): Promise<T | undefined> {
    try {
      return await action()
    } catch (error) {
      this.report(what, error)
      return undefined
    }
  }

  report(what: string, error: unknown): void {
    if (!isAbort(error)) this.#parts.notices.add('community', what === '' ? [] : [what], viewOfError(error))
  }
}

function called(name: string): string {
  return name.trim() === '' ? 'The community' : displayName(name)
}
