import { describe, expect, it } from 'vitest'
import { datasetOf, transferOf } from '../testing/fake-datasets.ts'
import { applyEvent, EMPTY_SNAPSHOT, transferOf as newestTransferOf } from './node-snapshot.ts'
import type { NodeSnapshot } from './node-snapshot.ts'

const looking = { state: 'looking', askedPeers: 1 } as const

function withTransfers(...ids: readonly [string, number][]): NodeSnapshot {
  return ids.reduce<NodeSnapshot>((snapshot, [id, startedAtMs]) => {
    return applyEvent(snapshot, { type: 'transfer', transfer: transferOf('zDv', looking, { id, startedAtMs }) })
  }, EMPTY_SNAPSHOT)
}

describe('applyEvent', () => {
  it('does not take “not told yet” for “none”', () => {
    expect(EMPTY_SNAPSHOT.datasets).toBeUndefined()
    expect(applyEvent(EMPTY_SNAPSHOT, { type: 'datasets', datasets: [] }).datasets).toEqual([])
  })

  it('keeps transfers newest first, in whatever order they are told', () => {
    const { transfers } = withTransfers(['old', 1], ['new', 3], ['middle', 2])
    expect(transfers.map(({ id }) => id)).toEqual(['new', 'middle', 'old'])
  })

  it('replaces a transfer that it knows without moving it', () => {
    const before = withTransfers(['a', 1], ['b', 2])
    const moved = transferOf('zDv', { state: 'done' }, { id: 'a', startedAtMs: 1 })
    const { transfers } = applyEvent(before, { type: 'transfer', transfer: moved })
    expect(transfers.map(({ id, phase }) => `${id} ${phase.state}`)).toEqual(['b looking', 'a done'])
  })

  it('forgets a removed transfer and nothing else', () => {
    const { transfers } = applyEvent(withTransfers(['a', 1], ['b', 2]), { type: 'transfer-removed', id: 'a' })
    expect(transfers.map(({ id }) => id)).toEqual(['b'])
  })

  it('leaves untouched parts the same objects', () => {
    const before = applyEvent(withTransfers(['a', 1]), { type: 'datasets', datasets: [datasetOf('zDv')] })
    const after = applyEvent(before, {
      type: 'space',
      space: { usedBytes: 1, quotaBytes: 2, freeBytes: 1, blockCount: 1, pinnedBytes: 1, cachedBytes: 0 },
    })
    expect(after.datasets).toBe(before.datasets)
    expect(after.transfers).toBe(before.transfers)
  })
})

describe('transferOf', () => {
  it('finds the newest transfer of a dataset', () => {
    expect(newestTransferOf(withTransfers(['first', 1], ['second', 2]).transfers, 'zDv')?.id).toBe('second')
    expect(newestTransferOf([], 'zDv')).toBeUndefined()
  })
})
