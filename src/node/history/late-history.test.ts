import { describe, expect, it } from 'vitest'
import { QuireError } from '../../errors.ts'
import type { HistoryService } from './history-service.ts'
import type { HistoryChange } from './history-views.ts'
import { lateHistory } from './late-history.ts'

const FULL = new QuireError('ERR_STORE_FAILED', 'The disk is full.')
const PERSON = { type: 'person' } as HistoryChange

/** As much of a service as is called here. */
function serviceOf() {
  const watchers = new Set<(change: HistoryChange) => void>()
  const service = {
    totalQuotaBytes: async () => 7,
    watch: (watcher: (change: HistoryChange) => void) => {
      watchers.add(watcher)
      return () => watchers.delete(watcher)
    },
  } as unknown as HistoryService
  return { service, watchers }
}

describe('a history service that starts late', () => {
  it('answers what was asked before it had started, and tells who watches it', async () => {
    const starting = Promise.withResolvers<HistoryService>()
    const late = lateHistory(starting.promise)
    const told: HistoryChange[] = []
    const asked = late.totalQuotaBytes()
    const unwatch = late.watch((change) => told.push(change))
    const { service, watchers } = serviceOf()
    starting.resolve(service)
    expect(await asked).toBe(7)
    await late.started()
    for (const watcher of watchers) watcher(PERSON)
    expect(told).toEqual([PERSON])
    unwatch()
    expect(watchers.size).toBe(0)
  })

  it('does not tell who ended to watch before it had started', async () => {
    const starting = Promise.withResolvers<HistoryService>()
    const late = lateHistory(starting.promise)
    late.watch(() => undefined)()
    const { service, watchers } = serviceOf()
    starting.resolve(service)
    await late.started()
    expect(watchers.size).toBe(0)
  })

  it('gives what kept it from starting to every call, early or late, and to who asks whether it has', async () => {
    const starting = Promise.withResolvers<HistoryService>()
    const late = lateHistory(starting.promise)
    const told: HistoryChange[] = []
    const early = late.follow('link')
    const unwatch = late.watch((change) => told.push(change))
    starting.reject(FULL)
    await expect(early).rejects.toBe(FULL)
    await expect(late.timeline('id', {} as never)).rejects.toBe(FULL)
    await expect(late.started()).rejects.toBe(FULL)
    unwatch()
    expect(told).toEqual([])
  })
})
