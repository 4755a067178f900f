import type { HistoryApi, HistoryEvent } from '../rpc/history-api.ts'
import type { ClientSlot } from './client-slot.ts'
import { lastingCalls, type Repeat } from './lasting-calls.ts'
import { lastingWatch } from './lasting-watch.ts'

const CALLS: Readonly<Record<Exclude<keyof HistoryApi, 'watch'>, Repeat>> = {
  // A second community, message or import would come of these.
  create: 'once',
  send: 'once',
  importFile: 'once',
  describe: 'again',
  follow: 'again',
  leave: 'again',
  setSettings: 'again',
  totalQuotaBytes: 'again',
  setTotalQuotaBytes: 'again',
  retryNow: 'again',
  shareLink: 'again',
  archives: 'again',
  fetchSpan: 'again',
  timeline: 'again',
  pinned: 'again',
  activity: 'again',
  attachment: 'again',
  search: 'again',
  exportSpan: 'again',
  setPerson: 'again',
  edit: 'again',
  remove: 'again',
  pin: 'again',
  react: 'again',
  publishNow: 'again',
  cancelImport: 'again',
  dismissImport: 'again',
  exportKey: 'again',
  noteKeySaved: 'again',
  importKey: 'again',
  setPassphrase: 'again',
  unlock: 'again',
  forgetKey: 'again',
  addGroupKey: 'again',
  groupKeys: 'again',
}

/** `HistoryApi` of whichever node there is. */
export function lastingHistory(slot: ClientSlot): HistoryApi {
  const calls = lastingCalls<HistoryApi, Exclude<keyof HistoryApi, 'watch'>>(CALLS, slot, (client) => client.history)
  return { ...calls, watch: (listener) => watchHistory(slot, listener) }
}

async function watchHistory(slot: ClientSlot, listener: (event: HistoryEvent) => void): Promise<() => void> {
  let hasMoved = false
  return lastingWatch<HistoryEvent>({
    slot,
    attach: (client, tell) => client.history.watch(tell),
    onMoved: () => (hasMoved = true),
    listener: (event) => {
      listener(event)
      if (!hasMoved || event.type !== 'communities') return
      hasMoved = false
      // What was told between the two nodes reached nobody here: open timelines are asked for again.
      const all = { type: 'touched', fromMs: 0, toMs: Number.MAX_SAFE_INTEGER } as const
      for (const { id } of event.communities) listener({ ...all, communityId: id })
    },
  })
}
