import { expose } from 'comlink'
import { viewOfError } from './errors.ts'
import type { CommunityView, FollowState, HistoryEvent, ImportView, PublishState } from './history-api.ts'
import { postEvents } from './post-events.ts'
import type { ServedCommunity, ServedHistory, ServedHistoryEvent, ServedImport } from './served-history.ts'
import type { WireHistory } from './wire.ts'

/** Answers a page’s calls about communities on `port`; every watcher’s end is added to `watchers`. */
export function serveHistory(history: ServedHistory, port: MessagePort, watchers: Set<() => void>): void {
  expose(wireHistory(history, watchers), port)
}

/** The calls as they cross to a page. */
export function wireHistory(history: ServedHistory, watchers: Set<() => void>): WireHistory {
  return {
    watch: async (port) => {
      // Who watches one that does not start would wait for ever.
      await history.started()
      postEvents(port, (post) => history.watch((event) => post(viewOfHistoryEvent(event))), watchers)
    },
    create: async (community) => viewOfCommunity(await history.create(community)),
    describe: async (id, change) => viewOfCommunity(await history.describe(id, change)),
    follow: async (link) => viewOfCommunity(await history.follow(link)),
    leave: (id, options) => history.leave(id, options),
    setSettings: (id, settings) => history.setSettings(id, settings),
    totalQuotaBytes: () => history.totalQuotaBytes(),
    setTotalQuotaBytes: (bytes) => history.setTotalQuotaBytes(bytes),
    retryNow: (id) => history.retryNow(id),
    shareLink: (id, base, at) => history.shareLink(id, base, at),
    archives: (id) => history.archives(id),
    fetchSpan: (id, span, options) => history.fetchSpan(id, span, options),
    timeline: (id, query, options) => history.timeline(id, query, options),
    pinned: (id, channelId) => history.pinned(id, channelId),
    activity: (id, channelId) => history.activity(id, channelId),
    attachment: (id, messageId, index) => history.attachment(id, messageId, index),
    search: (id, query, options) => history.search(id, query, options),
    exportSpan: (id, span, options) => history.exportSpan(id, span, options),
    setPerson: (person) => history.setPerson(person),
    send: (id, channelId, message) => history.send(id, channelId, message),
    edit: (id, messageId, text) => history.edit(id, messageId, text),
    remove: (id, messageId) => history.remove(id, messageId),
    pin: (id, messageId, isPinned) => history.pin(id, messageId, isPinned),
    react: (id, messageId, reaction) => history.react(id, messageId, reaction),
    publishNow: (id, options) => history.publishNow(id, options),
    importFile: async (id, file, options) => viewOfImport(await history.importFile(id, file, options)),
    cancelImport: (importId) => history.cancelImport(importId),
    dismissImport: (importId) => history.dismissImport(importId),
    exportKey: (what, options) => history.exportKey(what, options),
    noteKeySaved: (what) => history.noteKeySaved(what),
    importKey: (text, options) => history.importKey(text, options),
    setPassphrase: (what, passphrase) => history.setPassphrase(what, passphrase),
    unlock: (what, passphrase) => history.unlock(what, passphrase),
    forgetKey: (what) => history.forgetKey(what),
    addGroupKey: (id, keyText) => history.addGroupKey(id, keyText),
    groupKeys: (id) => history.groupKeys(id),
  }
}

export function viewOfHistoryEvent(event: ServedHistoryEvent): HistoryEvent {
  if (event.type === 'communities') return { ...event, communities: event.communities.map(viewOfCommunity) }
  if (event.type === 'imports') return { ...event, imports: event.imports.map(viewOfImport) }
  return event
}

function viewOfCommunity(community: ServedCommunity): CommunityView {
  const { follow, publish } = community
  return { ...community, follow: viewOfFollow(follow), publish: viewOfPublish(publish) }
}

function viewOfFollow(follow: ServedCommunity['follow']): FollowState {
  return follow.state === 'failed' ? { ...follow, error: viewOfError(follow.error) } : follow
}

function viewOfPublish(publish: ServedCommunity['publish']): PublishState {
  return publish.state === 'failed' ? { ...publish, error: viewOfError(publish.error) } : publish
}

function viewOfImport(view: ServedImport): ImportView {
  const { state } = view
  return state.state === 'failed'
    ? { ...view, state: { ...state, error: viewOfError(state.error) } }
    : { ...view, state }
}
