import type { HistoryChange } from './history-views.ts'
import type { HistoryService } from './history-service.ts'

const CALLS = [
  'create',
  'describe',
  'follow',
  'leave',
  'setSettings',
  'totalQuotaBytes',
  'setTotalQuotaBytes',
  'retryNow',
  'shareLink',
  'archives',
  'fetchSpan',
  'timeline',
  'pinned',
  'activity',
  'attachment',
  'search',
  'exportSpan',
  'setPerson',
  'send',
  'edit',
  'remove',
  'pin',
  'react',
  'publishNow',
  'importFile',
  'cancelImport',
  'dismissImport',
  'exportKey',
  'noteKeySaved',
  'importKey',
  'setPassphrase',
  'unlock',
  'forgetKey',
  'addGroupKey',
  'groupKeys',
  'backupCommunities',
  'backupEnvelopes',
  'backupKeys',
  'restoreCommunity',
  'restoreEnvelopes',
  'restoreKeys',
] as const satisfies readonly (keyof HistoryService)[]

export interface LateHistory extends Pick<HistoryService, (typeof CALLS)[number] | 'watch'> {
  /** Rejects with what kept it from starting. */
  readonly started: () => Promise<void>
}

/**
 * The history service of a node before it has started: calls wait for it, and reject with what kept it from starting.
 * Whoever watches one that does not start hears nothing; `started` says so.
 */
export function lateHistory(starting: Promise<HistoryService>): LateHistory {
  const call =
    (name: (typeof CALLS)[number]) =>
    async (...args: unknown[]): Promise<unknown> => {
      const history = await starting
      return Reflect.apply(history[name] as (...args: unknown[]) => unknown, history, args)
    }
  const watch = (watcher: (change: HistoryChange) => void): (() => void) => {
    let isWatching = true
    let unwatch: (() => void) | undefined
    void starting.then(
      (history) => {
        if (isWatching) unwatch = history.watch(watcher)
      },
      // Every call rejects with it, and so does `started`.
      () => undefined,
    )
    return () => {
      isWatching = false
      unwatch?.()
    }
  }
  // One function for all of them, each of which has the type of what it calls.
  const calls = Object.fromEntries(CALLS.map((name) => [name, call(name)])) as unknown as Omit<
    LateHistory,
    'watch' | 'started'
  >
  const started = async (): Promise<void> => void (await starting)
  return { ...calls, watch, started }
}
