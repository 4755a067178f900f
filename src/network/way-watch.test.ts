import type { Connection } from '@libp2p/interface'
import { multiaddr } from '@multiformats/multiaddr'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { silentLog } from './network-log.ts'
import { WayWatch } from './way-watch.ts'

/** A WebRTC connection whose browser gives these statistics, whatever they are at the time. */
class WatchedConnection extends EventTarget {
  readonly remoteAddr = multiaddr('/webrtc')
  pair: { readonly local: string; readonly remote: string } | undefined
  askedCount = 0
  readonly muxer = { peerConnection: { getStats: async () => this.#stats() } }

  #stats(): Map<string, object> {
    this.askedCount += 1
    if (this.pair === undefined) return new Map()
    return new Map<string, object>([
      ['transport', { type: 'transport', selectedCandidatePairId: 'pair' }],
      ['pair', { type: 'candidate-pair', state: 'in-progress', localCandidateId: 'here', remoteCandidateId: 'there' }],
      ['here', { type: 'local-candidate', candidateType: this.pair.local }],
      ['there', { type: 'remote-candidate', candidateType: this.pair.remote }],
    ])
  }
}

function watch(): { connection: WatchedConnection; way: WayWatch; changes: () => number } {
  const connection = new WatchedConnection()
  let changes = 0
  const way = new WayWatch({
    // As much of a connection as is looked at.
    connection: connection as unknown as Connection,
    log: silentLog,
    onChange: () => (changes += 1),
  })
  way.start()
  return { connection, way, changes: () => changes }
}

describe('WayWatch', () => {
  beforeEach(() => void vi.useFakeTimers())
  afterEach(() => void vi.useRealTimers())

  it('tells of holes in NATs that the browser knew of only after the connection had opened', async () => {
    const { connection, way, changes } = watch()
    await vi.advanceTimersByTimeAsync(0)
    expect(way.way).toBe('direct')

    connection.pair = { local: 'host', remote: 'srflx' }
    await vi.advanceTimersByTimeAsync(500)

    expect([way.way, changes()]).toEqual(['punched', 1])
  })

  it('tells when a connection leaves the TURN server for a better way', async () => {
    const { connection, way, changes } = watch()
    connection.pair = { local: 'relay', remote: 'srflx' }
    await vi.advanceTimersByTimeAsync(60_000)
    expect(way.way).toBe('turn')

    connection.pair = { local: 'srflx', remote: 'srflx' }
    await vi.advanceTimersByTimeAsync(15_000)

    expect([way.way, changes()]).toEqual(['punched', 2])
  })

  it('asks no more once the connection is closed', async () => {
    const { connection } = watch()
    await vi.advanceTimersByTimeAsync(500)
    connection.dispatchEvent(new Event('close'))
    const asked = connection.askedCount

    await vi.advanceTimersByTimeAsync(60_000)

    expect(connection.askedCount).toBe(asked)
  })
})
