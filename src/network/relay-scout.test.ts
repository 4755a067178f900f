import { describe, expect, it } from 'vitest'
import { addressOf, portOf, startKeeper, startNetwork, untilReserved, untilStatus } from './testing/network-fixture.ts'
import { generatePrivateKey } from './peer-identity.ts'
import type { QuireNetwork } from './quire-network.ts'

const FULL = { reservations: { maxReservations: 0 } }

function statesOf(network: QuireNetwork): string[] {
  return network
    .status()
    .relays.map(({ state }) => state)
    .toSorted()
}

function untilRelays(network: QuireNetwork, count: number): Promise<unknown> {
  return untilStatus(network, ({ reachability }) => reachability.state === 'reachable' && reachability.relays === count)
}

describe('the relays that a node waits behind', () => {
  it('are three of four keepers, and another where one of the three dies', async () => {
    const all = await Promise.all([1, 2, 3, 4].map(() => startKeeper()))
    const network = await startNetwork({ keepers: all.map(addressOf) })
    await untilRelays(network, 3)
    await untilStatus(network, ({ relays }) => relays.some(({ state }) => state === 'spare'))
    expect(statesOf(network)).toEqual(['reserved', 'reserved', 'reserved', 'spare'])
    const held = network.status().relays.find(({ state }) => state === 'reserved')

    await all.find(({ peerId }) => peerId === held?.peer)?.stop()
    await untilStatus(network, ({ relays }) => relays.every(({ state }) => state !== 'spare'))
    await untilRelays(network, 3)

    const { relays } = network.status()
    expect(relays.filter(({ state }) => state === 'reserved')).toHaveLength(3)
    expect(relays.find(({ peer }) => peer === held?.peer)?.state).not.toBe('reserved')
  })

  it('are also relays that it meets, while it has too few', async () => {
    const [keeper, met] = [await startKeeper(), await startKeeper()]
    const network = await startNetwork({ keepers: [addressOf(keeper)] })
    await untilReserved(network)

    await network.connect([addressOf(met)])
    await untilRelays(network, 2)

    const { addresses } = network.status()
    expect(addresses.some((address) => address.includes(`/p2p/${met.peerId}/p2p-circuit`))).toBe(true)
  })

  it('are let go when they go, if they were only met', async () => {
    const [keeper, met] = [await startKeeper(), await startKeeper()]
    const network = await startNetwork({ keepers: [addressOf(keeper)] })
    await network.connect([addressOf(met)])
    await untilRelays(network, 2)

    await met.stop()
    await untilRelays(network, 1)

    expect(network.status().relays.map(({ peer }) => peer)).toEqual([keeper.peerId])
  })

  it('take the place of a keeper that dies', async () => {
    const privateKey = await generatePrivateKey()
    const [keeper, met] = [await startKeeper({ privateKey }), await startKeeper()]
    const network = await startNetwork({ keepers: [addressOf(keeper)] })
    await untilReserved(network)
    await network.connect([addressOf(met)])
    await untilRelays(network, 2)
    const port = portOf(addressOf(keeper))

    await keeper.stop()
    const { addresses } = await untilStatus(
      network,
      ({ reachability }) => reachability.state === 'reachable' && reachability.relays === 1,
    )
    expect(addresses.every((address) => address.includes(`/p2p/${met.peerId}/p2p-circuit`))).toBe(true)
    await startKeeper({ privateKey, port })

    await untilRelays(network, 2)
  })

  it('are not those that refuse', async () => {
    const [keeper, full] = [await startKeeper(), await startKeeper({ relay: FULL })]
    const network = await startNetwork({ keepers: [addressOf(keeper)] })
    await untilReserved(network)
    const seen = new Set<string>()
    network.onStatusChange(() => {
      const { relays } = network.status()
      for (const { peer, state } of relays) if (peer === full.peerId) seen.add(state)
    })

    await network.connect([addressOf(full)])
    await untilStatus(network, ({ relays }) => seen.has('reserving') && relays.length === 1)

    expect(network.status().relays.map(({ peer }) => peer)).toEqual([keeper.peerId])
    expect(network.status().reachability).toEqual({ state: 'reachable', relays: 1 })
  })

  it('are none of a node that others can dial', async () => {
    const met = await startKeeper()
    const network = await startNetwork({ node: { listen: ['/ip4/127.0.0.1/tcp/0/ws'] } })

    await network.connect([addressOf(met)])
    await untilStatus(network, ({ peers }) => peers.some(({ isKeeper }) => isKeeper))

    expect(network.status().relays).toEqual([])
  })
})
