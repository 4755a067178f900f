import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { NodeEvent, TransferView } from '../rpc/api.ts'
import { MovedTransfers } from './moved-transfers.ts'

function transferOf(id: string, given: Partial<TransferView> = {}): TransferView {
  const numbers = { doneBytes: 1, totalBytes: 9, bytesPerSecond: 0, startedAtMs: 0 }
  return { id, kind: 'fetch', name: id, isPausable: true, phase: { state: 'moving', peers: 1 }, ...numbers, ...given }
}

describe('MovedTransfers', () => {
  let events: NodeEvent[]
  let transfers: MovedTransfers
  const tell = (transfer: TransferView) => transfers.receive({ type: 'transfer', transfer })
  const removed = () => events.flatMap((event) => (event.type === 'transfer-removed' ? [event.id] : []))

  beforeEach(() => {
    vi.useFakeTimers()
    events = []
    transfers = new MovedTransfers((event) => void events.push(event))
  })
  afterEach(() => {
    transfers.stop()
    vi.useRealTimers()
  })

  it('keeps the row of a transfer that the next node goes on with', () => {
    tell(transferOf('fetch-a'))
    transfers.move()
    tell(transferOf('fetch-a', { doneBytes: 2 }))
    vi.advanceTimersByTime(10_000)
    expect(removed()).toEqual([])
  })

  it('removes what the next node does not go on with, once it has had time to', () => {
    tell(transferOf('fetch-a'))
    transfers.move()
    vi.advanceTimersByTime(1_000)
    expect(removed()).toEqual([])
    vi.advanceTimersByTime(1_000)
    expect(removed()).toEqual(['fetch-a'])
  })

  it('puts an upload that is begun anew in the place of what it was', () => {
    tell(transferOf('upload-1', { kind: 'upload', name: 'film.mp4' }))
    transfers.move()
    tell(transferOf('upload-2', { kind: 'upload', name: 'film.mp4' }))
    expect(events.slice(1).map(({ type }) => type)).toEqual(['transfer-removed', 'transfer'])
    expect(removed()).toEqual(['upload-1'])
  })

  it('keeps what had ended, for as long as nobody dismisses it', () => {
    tell(transferOf('fetch-a', { phase: { state: 'done' } }))
    transfers.move()
    vi.advanceTimersByTime(10_000)
    expect(removed()).toEqual([])
    transfers.dismiss('fetch-a')
    transfers.dismiss('fetch-a')
    expect(removed()).toEqual(['fetch-a'])
  })

  it('leaves it to the node to remove what is its own', () => {
    tell(transferOf('fetch-a', { phase: { state: 'done' } }))
    transfers.dismiss('fetch-a')
    expect(removed()).toEqual([])
  })
})
