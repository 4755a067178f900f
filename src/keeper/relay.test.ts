import { describe, expect, it, vi } from 'vitest'
import type { Keeper } from './keeper.ts'
import { DEFAULT_RELAY_LIMITS } from './relay-limits.ts'
import { openSink, sendThrough, startRelayPeer } from './testing/relay-peer.ts'
import { startKeeper } from './testing/started-keeper.ts'

function webSocketOf(keeper: Keeper): string {
  const address = keeper.addresses.find((candidate) => candidate.includes('/ws'))
  if (address === undefined) throw new Error('the keeper has no WebSocket address')
  return address
}

describe('the keeper’s relay', () => {
  it('gives a peer a reservation and counts it', async () => {
    const { keeper } = await startKeeper()

    const peer = await startRelayPeer({ listenBehind: webSocketOf(keeper) })

    expect(keeper.figures().reservations).toBe(1)
    expect(peer.getMultiaddrs().map(String)).toContain(
      `${webSocketOf(keeper)}/p2p-circuit/p2p/${peer.peerId.toString()}`,
    )
  })

  it('carries a batch of blocks between two peers, and counts its bytes by who sent them', async () => {
    const { keeper } = await startKeeper()
    const relay = webSocketOf(keeper)
    const to = await startRelayPeer({ listenBehind: relay })
    const from = await startRelayPeer()
    const batchBytes = 32 * 65_536
    const sink = await openSink(to, batchBytes)

    await sendThrough(relay, { from, to }, batchBytes)
    await sink.received

    const { dialerBytes, listenerBytes, circuits, openCircuits } = keeper.figures().relay
    expect(dialerBytes).toBeGreaterThan(batchBytes)
    expect(dialerBytes).toBeLessThan(batchBytes * 1.05)
    expect(listenerBytes).toBeGreaterThan(0)
    expect(listenerBytes).toBeLessThan(10_000)
    expect({ circuits, openCircuits }).toEqual({ circuits: 1, openCircuits: 1 })

    await from.stop()
    await vi.waitFor(() => expect(keeper.figures().relay.openCircuits).toBe(0))
    const metrics = await (await fetch(`${keeper.url}/metrics`)).text()
    expect(metrics).toContain(`quire_relay_bytes_total{from="dialer"} ${keeper.figures().relay.dialerBytes}\n`)
    expect(metrics).toContain('quire_relay_circuits_total 1\n')
    expect(metrics).toContain('quire_relay_reservations 1\n')
  })

  it('cuts a circuit that carries more than its limit', async () => {
    const { keeper } = await startKeeper({ relay: { ...DEFAULT_RELAY_LIMITS, circuitBytes: 100_000 } })
    const relay = webSocketOf(keeper)
    const to = await startRelayPeer({ listenBehind: relay })
    const from = await startRelayPeer()
    await openSink(to, 1_000_000)

    await expect(sendThrough(relay, { from, to }, 1_000_000)).rejects.toBeInstanceOf(Error)

    await vi.waitFor(() => expect(keeper.figures().relay.openCircuits).toBe(0))
    expect(keeper.figures().relay.dialerBytes).toBeLessThan(500_000)
  })

  it('refuses a reservation beyond the number it allows', async () => {
    const { keeper } = await startKeeper({ relay: { ...DEFAULT_RELAY_LIMITS, maxReservations: 1 } })
    await startRelayPeer({ listenBehind: webSocketOf(keeper) })

    await expect(startRelayPeer({ listenBehind: webSocketOf(keeper) })).rejects.toThrow(/RESERVATION_REFUSED/)
    expect(keeper.figures().reservations).toBe(1)
  })
})
