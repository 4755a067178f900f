import { type Remote, transfer, wrap } from 'comlink'
import type { CallOptions } from './api.ts'
import type {
  ActivityView,
  ArchiveView,
  ChannelId,
  CommunityId,
  CommunitySettings,
  CommunityView,
  HistoryApi,
  HistoryEvent,
  ImportKind,
  ImportView,
  KeyOwner,
  MessageId,
  MessageView,
  NewCommunity,
  NewMessage,
  PersonView,
  SearchView,
  TimelinePage,
} from './history-api.ts'
import type { PendingCalls } from './pending-calls.ts'
import type { WireHistory } from './wire.ts'

interface HistoryClientComponents {
  readonly calls: PendingCalls
  /** Asks the worker to answer on its end of a port. */
  readonly open: (end: MessagePort) => Promise<void>
}

/** `HistoryApi` over a port of its own, opened with the first call: a page without communities costs the worker nothing. */
export class HistoryClient implements HistoryApi {
  readonly #calls: PendingCalls
  readonly #open: (end: MessagePort) => Promise<void>
  #opened: { readonly port: MessagePort; readonly remote: Remote<WireHistory> } | undefined

  constructor({ calls, open }: HistoryClientComponents) {
    this.#calls = calls
    this.#open = open
  }

  close(): void {
    this.#opened?.port.close()
  }

  async watch(listener: (event: HistoryEvent) => void): Promise<() => void> {
    const { port1, port2 } = new MessageChannel()
    port1.addEventListener('message', ({ data }: MessageEvent<HistoryEvent>) => listener(data))
    port1.start()
    await this.#call((remote) => remote.watch(transfer(port2, [port2])))
    return () => {
      port1.postMessage('stop')
      port1.close()
    }
  }

  create(community: NewCommunity): Promise<CommunityView> {
    return this.#call((remote) => remote.create(community))
  }

  describe(id: CommunityId, change: Parameters<HistoryApi['describe']>[1]): Promise<CommunityView> {
    return this.#call((remote) => remote.describe(id, change))
  }

  follow(link: string): Promise<CommunityView> {
    return this.#call((remote) => remote.follow(link))
  }

  leave(id: CommunityId, options: { isDataRemoved: boolean }): Promise<void> {
    return this.#call((remote) => remote.leave(id, options))
  }

  setSettings(id: CommunityId, settings: CommunitySettings): Promise<void> {
    return this.#call((remote) => remote.setSettings(id, settings))
  }

  totalQuotaBytes(): Promise<number> {
    return this.#call((remote) => remote.totalQuotaBytes())
  }

  setTotalQuotaBytes(bytes: number): Promise<void> {
    return this.#call((remote) => remote.setTotalQuotaBytes(bytes))
  }

  retryNow(id: CommunityId): Promise<void> {
    return this.#call((remote) => remote.retryNow(id))
  }

  shareLink(id: CommunityId, base: string, at?: Parameters<HistoryApi['shareLink']>[2]): Promise<string> {
    return this.#call((remote) => remote.shareLink(id, base, at))
  }

  archives(id: CommunityId): Promise<readonly ArchiveView[]> {
    return this.#call((remote) => remote.archives(id))
  }

  fetchSpan(id: CommunityId, span: { fromMs: number; toMs: number }, options: CallOptions = {}): Promise<void> {
    return this.#call((remote, call) => remote.fetchSpan(id, span, call), options)
  }

  timeline(
    id: CommunityId,
    query: Parameters<HistoryApi['timeline']>[1],
    options: CallOptions = {},
  ): Promise<TimelinePage> {
    return this.#call((remote, call) => remote.timeline(id, query, call), options)
  }

  pinned(id: CommunityId, channelId: ChannelId): Promise<readonly MessageView[]> {
    return this.#call((remote) => remote.pinned(id, channelId))
  }

  activity(id: CommunityId, channelId?: ChannelId): Promise<ActivityView> {
    return this.#call((remote) => remote.activity(id, channelId))
  }

  attachment(id: CommunityId, messageId: MessageId, index: number): Promise<Blob> {
    return this.#call((remote) => remote.attachment(id, messageId, index))
  }

  search(id: CommunityId, query: Parameters<HistoryApi['search']>[1], options: CallOptions = {}): Promise<SearchView> {
    return this.#call((remote, call) => remote.search(id, query, call), options)
  }

  exportSpan(id: CommunityId, span: Parameters<HistoryApi['exportSpan']>[1], options: CallOptions = {}): Promise<File> {
    return this.#call((remote, call) => remote.exportSpan(id, span, call), options)
  }

  setPerson(person: { displayName: string }): Promise<PersonView> {
    return this.#call((remote) => remote.setPerson(person))
  }

  send(id: CommunityId, channelId: ChannelId, message: NewMessage): Promise<MessageView> {
    return this.#call((remote) => remote.send(id, channelId, message))
  }

  edit(id: CommunityId, messageId: MessageId, text: string): Promise<void> {
    return this.#call((remote) => remote.edit(id, messageId, text))
  }

  remove(id: CommunityId, messageId: MessageId): Promise<void> {
    return this.#call((remote) => remote.remove(id, messageId))
  }

  pin(id: CommunityId, messageId: MessageId, isPinned: boolean): Promise<void> {
    return this.#call((remote) => remote.pin(id, messageId, isPinned))
  }

  react(id: CommunityId, messageId: MessageId, reaction: { type: number; isRetracted: boolean }): Promise<void> {
    return this.#call((remote) => remote.react(id, messageId, reaction))
  }

  publishNow(id: CommunityId, options: CallOptions = {}): Promise<void> {
    return this.#call((remote, call) => remote.publishNow(id, call), options)
  }

  importFile(id: CommunityId, file: File, options: CallOptions & { kind?: ImportKind } = {}): Promise<ImportView> {
    return this.#call((remote, call) => remote.importFile(id, file, { ...options, ...call }), options)
  }

  cancelImport(importId: string): Promise<void> {
    return this.#call((remote) => remote.cancelImport(importId))
  }

  dismissImport(importId: string): Promise<void> {
    return this.#call((remote) => remote.dismissImport(importId))
  }

  exportKey(what: KeyOwner, options: { passphrase?: string }): Promise<string> {
    return this.#call((remote) => remote.exportKey(what, options))
  }

  noteKeySaved(what: KeyOwner): Promise<void> {
    return this.#call((remote) => remote.noteKeySaved(what))
  }

  importKey(text: string, options: { passphrase?: string }): Promise<{ what: KeyOwner }> {
    return this.#call((remote) => remote.importKey(text, options))
  }

  setPassphrase(what: KeyOwner, passphrase: string | undefined): Promise<void> {
    return this.#call((remote) => remote.setPassphrase(what, passphrase))
  }

  unlock(what: KeyOwner, passphrase: string): Promise<void> {
    return this.#call((remote) => remote.unlock(what, passphrase))
  }

  forgetKey(what: KeyOwner): Promise<void> {
    return this.#call((remote) => remote.forgetKey(what))
  }

  addGroupKey(id: CommunityId, keyText: string): Promise<void> {
    return this.#call((remote) => remote.addGroupKey(id, keyText))
  }

  groupKeys(id: CommunityId): Promise<string> {
    return this.#call((remote) => remote.groupKeys(id))
  }

  #call<T>(run: (remote: Remote<WireHistory>, call: CallOptions) => Promise<T>, options?: CallOptions): Promise<T> {
    return this.#calls.call((call) => run(this.#remote(), call), options)
  }

  #remote(): Remote<WireHistory> {
    if (this.#opened === undefined) {
      const { port1, port2 } = new MessageChannel()
      this.#opened = { port: port1, remote: wrap<WireHistory>(port1) }
      // A worker that does not answer is found by the watchdog, which rejects what waits.
      this.#open(transfer(port2, [port2])).catch(() => undefined)
    }
    return this.#opened.remote
  }
}
