/**
 * Communities on this device, as a page or a program asks for them.
 *
 *   Communities (who is followed, a CommunityRun each) ◀── Owning (make, describe, publish) ◀── Imports
 *        │                                             ◀── Messages (say, edit, react)     ◀── Person, KeyDesk
 *        ├──▶ timeline database ──▶ Reading (timeline, search, export)
 *        └──▶ HistoryFeed ──▶ watchers
 *
 * Its shape is what `rpc/served-history.ts` asks for; the compiler compares the two in `workers/node.worker.ts`.
 */
import { QuireError } from '../../errors.ts'
import { LiveAnswers } from '../../history/live/live-answers.ts'
import type { AbortOptions } from '../../history/ports.ts'
import { stopEach } from '../stop-each.ts'
import { Communities } from './communities.ts'
import { Exporting } from './exporting.ts'
import { HistoryBackup } from './history-backup.ts'
import { HistoryFeed } from './history-feed.ts'
import type { HistoryParts } from './history-parts.ts'
import type { ArchiveView, HistoryChange } from './history-views.ts'
import { Imports } from './imports.ts'
import { KeyDesk } from './key-desk.ts'
import { Messages } from './messages.ts'
import { Owning } from './owning.ts'
import { Person } from './person.ts'
import { Reading } from './reading.ts'

export class HistoryService {
  readonly #parts: HistoryParts
  readonly #feed: HistoryFeed
  readonly #communities: Communities
  readonly #owning: Owning
  readonly #imports: Imports
  readonly #messages: Messages
  readonly #person: Person
  readonly #keys: KeyDesk
  readonly #backup: HistoryBackup
  readonly #reading: Reading
  readonly #exporting: Exporting
  readonly #answers: LiveAnswers
  #isStarted = false

  constructor(parts: HistoryParts) {
    this.#parts = parts
    const feed = new HistoryFeed({
      communities: async () => this.#communities.views(),
      person: async () => this.#person.view(),
      imports: () => this.#imports.views(),
      log: parts.log,
    })
    this.#feed = feed
    const communities = new Communities({ parts, feed })
    this.#communities = communities
    this.#person = new Person({ parts, feed })
    this.#owning = new Owning({ parts, communities })
    this.#imports = new Imports({ parts, communities, owning: this.#owning, feed })
    const reading = new Reading({ parts, communities })
    this.#reading = reading
    this.#exporting = new Exporting({ parts, communities, reading })
    this.#messages = new Messages({ parts, communities, person: this.#person, reading })
    this.#keys = new KeyDesk({ parts, communities, person: this.#person, feed })
    this.#backup = new HistoryBackup({ parts, communities, person: this.#person, feed })
    this.#answers = new LiveAnswers({
      network: parts.network,
      kept: parts.kept,
      receiverOf: (community) => communities.find(community)?.sync,
    })
  }

  /** Takes up what the last run left, of a node that has started. Errors: `ERR_STORE_UNAVAILABLE`, `ERR_STORE_FAILED`. */
  async start(): Promise<void> {
    await this.#person.start()
    await this.#imports.start()
    this.#answers.start()
    this.#isStarted = true
    await this.#communities.start()
    this.#feed.mark('communities', 'person', 'imports')
  }

  /** Ends what is on its way; the next start goes on. To be called before the node stops. */
  async stop(): Promise<void> {
    this.#isStarted = false
    this.#imports.stop()
    this.#answers.stop()
    await stopEach([() => this.#communities.stop()], this.#parts.log)
    this.#feed.stop()
  }

  watch(watcher: (change: HistoryChange) => void): () => void {
    return this.#feed.watch(watcher)
  }

  create = async (...args: Parameters<Owning['create']>) => this.#running().#owning.create(...args)
  describe = async (...args: Parameters<Owning['describe']>) => this.#running().#owning.describe(...args)
  follow = async (...args: Parameters<Communities['follow']>) => this.#running().#communities.follow(...args)
  leave = async (...args: Parameters<Communities['leave']>) => this.#running().#communities.leave(...args)
  setSettings = async (...args: Parameters<Communities['setSettings']>) =>
    this.#running().#communities.setSettings(...args)
  setTotalQuotaBytes = async (...args: Parameters<Communities['setTotalQuotaBytes']>) =>
    this.#running().#communities.setTotalQuotaBytes(...args)
  shareLink = async (...args: Parameters<Communities['shareLink']>) => this.#running().#communities.shareLink(...args)

  async totalQuotaBytes(): Promise<number> {
    return this.#running().#communities.totalQuotaBytes
  }

  async retryNow(id: string): Promise<void> {
    this.#running().#communities.retryNow(id)
  }

  async archives(id: string): Promise<readonly ArchiveView[]> {
    return this.#running().#communities.get(id).archives()
  }

  async fetchSpan(
    id: string,
    span: { readonly fromMs: number; readonly toMs: number },
    options: AbortOptions = {},
  ): Promise<void> {
    await this.#running().#communities.get(id).follower.fetchSpan(span, options)
  }

  timeline = async (...args: Parameters<Reading['timeline']>) => this.#running().#reading.timeline(...args)
  pinned = async (...args: Parameters<Reading['pinned']>) => this.#running().#reading.pinned(...args)
  activity = async (...args: Parameters<Reading['activity']>) => this.#running().#reading.activity(...args)
  attachment = async (...args: Parameters<Reading['attachment']>) => this.#running().#reading.attachment(...args)
  search = async (...args: Parameters<Reading['search']>) => this.#running().#reading.search(...args)
  exportSpan = async (...args: Parameters<Exporting['export']>) => this.#running().#exporting.export(...args)

  setPerson = async (...args: Parameters<Person['set']>) => this.#running().#person.set(...args)
  send = async (...args: Parameters<Messages['send']>) => this.#running().#messages.send(...args)
  edit = async (...args: Parameters<Messages['edit']>) => this.#running().#messages.edit(...args)
  remove = async (...args: Parameters<Messages['remove']>) => this.#running().#messages.remove(...args)
  pin = async (...args: Parameters<Messages['pin']>) => this.#running().#messages.pin(...args)
  react = async (...args: Parameters<Messages['react']>) => this.#running().#messages.react(...args)
  publishNow = async (...args: Parameters<Owning['publishNow']>) => this.#running().#owning.publishNow(...args)
  importFile = async (...args: Parameters<Imports['importFile']>) => this.#running().#imports.importFile(...args)
  cancelImport = async (...args: Parameters<Imports['cancel']>) => this.#running().#imports.cancel(...args)
  dismissImport = async (...args: Parameters<Imports['dismiss']>) => this.#running().#imports.dismiss(...args)
  exportKey = async (...args: Parameters<KeyDesk['exportKey']>) => this.#running().#keys.exportKey(...args)
  noteKeySaved = async (...args: Parameters<KeyDesk['noteKeySaved']>) => this.#running().#keys.noteKeySaved(...args)
  importKey = async (...args: Parameters<KeyDesk['importKey']>) => this.#running().#keys.importKey(...args)
  setPassphrase = async (...args: Parameters<KeyDesk['setPassphrase']>) => this.#running().#keys.setPassphrase(...args)
  unlock = async (...args: Parameters<KeyDesk['unlock']>) => this.#running().#keys.unlock(...args)
  forgetKey = async (...args: Parameters<KeyDesk['forgetKey']>) => this.#running().#keys.forgetKey(...args)
  addGroupKey = async (...args: Parameters<KeyDesk['addGroupKey']>) => this.#running().#keys.addGroupKey(...args)
  groupKeys = async (...args: Parameters<KeyDesk['groupKeys']>) => this.#running().#keys.groupKeys(...args)
  backupCommunities = async () => this.#running().#backup.communities()
  backupEnvelopes = async () => this.#running().#backup.envelopes()
  backupKeys = async () => this.#running().#backup.keys()
  restoreCommunity = async (...args: Parameters<HistoryBackup['follow']>) => this.#running().#backup.follow(...args)
  restoreEnvelopes = async (...args: Parameters<HistoryBackup['restoreEnvelopes']>) =>
    this.#running().#backup.restoreEnvelopes(...args)
  restoreKeys = async (...args: Parameters<HistoryBackup['restoreKeys']>) =>
    this.#running().#backup.restoreKeys(...args)

  #running(): this {
    if (this.#isStarted) return this
    throw new QuireError('ERR_NODE_STOPPED', 'The history service does not run.')
  }
}
