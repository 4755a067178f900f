import { describe, expect, it } from 'vitest'
import { addressOf, portOf, startKeeper, startNetwork, untilReserved, untilStatus } from './testing/network-fixture.ts'
import type { OnlineSource } from './online.ts'
import type { Reachability } from './reachability.ts'
import { generatePrivateKey } from './peer-identity.ts'

describe('KeeperLink', () => {
  it('waits behind the relay of its keeper, and tells the addresses there', async () => {
    const keeper = await startKeeper()
    const network = await startNetwork({ keepers: [addressOf(keeper)] })

    const { addresses, reachability } = await untilReserved(network)

    expect(reachability).toEqual({ state: 'reachable', relays: 1 })
    expect(addresses).toEqual([`${addressOf(keeper)}/p2p-circuit/p2p/${network.peerId}`])
  })

  it('needs no peer id in the address', async () => {
    const keeper = await startKeeper()
    const network = await startNetwork({ keepers: [`/ip4/127.0.0.1/tcp/${portOf(addressOf(keeper))}/ws`] })

    const { addresses } = await untilReserved(network)

    expect(addresses[0]).toContain(`/p2p/${keeper.peerId}/p2p-circuit`)
  })

  it('reserves again, through the same listener, each time the relay restarts on its port', async () => {
    const privateKey = await generatePrivateKey()
    let keeper = await startKeeper({ privateKey })
    const address = addressOf(keeper)
    const network = await startNetwork({ keepers: [address] })
    await untilReserved(network)

    for (let restart = 0; restart < 3; restart++) {
      await keeper.stop()
      const down = await untilStatus(network, ({ reachability }) => reachability.state === 'no-keeper')
      expect(down.addresses).toEqual([])
      keeper = await startKeeper({ privateKey, port: portOf(address) })
      await untilReserved(network)
    }

    expect(network.libp2p.services.reservations.listeners()).toHaveLength(1)
    const visitor = await startNetwork({ dialer: { upgradeTimeoutMs: 50 } })
    // Reached, though not directly: the new relay knows the way.
    await expect(visitor.connect(network.status().addresses)).rejects.toMatchObject({ code: 'ERR_DIAL_FAILED' })
    expect(visitor.peers().map(({ peer }) => peer)).toContain(network.peerId)
  })

  it('finds a keeper that came back under another identity', async () => {
    const first = await startKeeper()
    const port = portOf(addressOf(first))
    const network = await startNetwork({ keepers: [`/ip4/127.0.0.1/tcp/${port}/ws`] })
    await untilReserved(network)

    await first.stop()
    await untilStatus(network, ({ reachability }) => reachability.state === 'no-keeper')
    const second = await startKeeper({ port })
    const { addresses } = await untilReserved(network)

    expect(addresses).toEqual([`${addressOf(second)}/p2p-circuit/p2p/${network.peerId}`])
  })

  it('says that there is no keeper and when it tries again, and tries at once when asked', async () => {
    const privateKey = await generatePrivateKey()
    const absent = await startKeeper({ privateKey })
    const address = addressOf(absent)
    await absent.stop()
    const network = await startNetwork({ keepers: [address], keeperBackoff: { firstMs: 3_600_000, maxMs: 3_600_000 } })
    const { reachability } = await untilStatus(network, ({ reachability: { state } }) => state === 'no-keeper')
    expect(reachability).toMatchObject({ error: { code: 'ERR_KEEPER_UNREACHABLE' }, nextTryAtMs: expect.any(Number) })

    await startKeeper({ privateKey, port: portOf(address) })
    await network.reconnect()

    expect(network.status().reachability).toEqual({ state: 'reachable', relays: 1 })
  })

  it('holds a keeper that became known after the start, and each only once', async () => {
    const keeper = await startKeeper()
    const network = await startNetwork()
    expect(network.status().reachability).toEqual({ state: 'not-reachable', reason: 'waiting-for-relay' })

    network.addKeepers([addressOf(keeper), addressOf(keeper)])
    network.addKeepers([addressOf(keeper)])

    await untilReserved(network)
    expect(network.status().reachability).toEqual({ state: 'reachable', relays: 1 })
  })

  it('says so when the keeper has another identity than its address names', async () => {
    const first = await startKeeper()
    const address = addressOf(first)
    await first.stop()
    await startKeeper({ port: portOf(address) })

    const network = await startNetwork({ keepers: [address] })

    const { reachability } = await untilStatus(network, ({ reachability: { state } }) => state === 'no-keeper')
    expect(reachability).toMatchObject({ error: { code: 'ERR_KEEPER_UNREACHABLE' } })
  })

  it('tries again as soon as the device is online', async () => {
    const privateKey = await generatePrivateKey()
    const absent = await startKeeper({ privateKey })
    const address = addressOf(absent)
    await absent.stop()
    const online = new SwitchedOnline()
    const keeperBackoff = { firstMs: 3_600_000, maxMs: 3_600_000 }
    const network = await startNetwork({ keepers: [address], keeperBackoff, online })
    await untilStatus(network, ({ reachability: { state } }) => state === 'no-keeper')
    online.set(false)
    expect(network.status().reachability).toEqual({ state: 'offline' })
    await startKeeper({ privateKey, port: portOf(address) })

    online.set(true)

    await untilReserved(network)
  })

  it('says that a relay is full, and gets in when it has room', async () => {
    const privateKey = await generatePrivateKey()
    const full = await startKeeper({ privateKey, relay: { reservations: { maxReservations: 0 } } })
    const address = addressOf(full)
    const network = await startNetwork({ keepers: [address] })
    const { reachability } = await untilStatus(
      network,
      ({ reachability: now }) => now.state === 'not-reachable' && now.reason === 'relay-full',
    )
    expect(reachability).toEqual({ state: 'not-reachable', reason: 'relay-full' })
    expect(network.status().relays).toMatchObject([
      { state: 'refused', reason: expect.stringContaining('no free place') },
    ])
    const states = new Set<Reachability['state']>()
    network.onStatusChange(() => void states.add(network.status().reachability.state))
    await full.stop()
    await startKeeper({ privateKey, port: portOf(address) })

    await untilReserved(network)
    expect(states).not.toContain('starting')
  })

  it('takes one place at a keeper that has two addresses', async () => {
    const address = addressOf(await startKeeper())
    const network = await startNetwork({ keepers: [address, address.replace('/ip4/127.0.0.1/', '/dns4/localhost/')] })

    await untilStatus(network, ({ relays }) => relays.some(({ state }) => state === 'spare'))

    const { reachability } = await untilReserved(network)
    expect(reachability).toEqual({ state: 'reachable', relays: 1 })
  })

  it('says that a peer is no relay, and does not hold it against it once it is one', async () => {
    const privateKey = await generatePrivateKey()
    const plain = await startNetwork({ privateKey, node: { listen: ['/ip4/127.0.0.1/tcp/0/ws'] } })
    const address = addressOf(plain)
    const network = await startNetwork({ keepers: [address] })
    await untilStatus(
      network,
      ({ reachability: now }) => now.state === 'not-reachable' && now.reason === 'relay-refused',
    )

    await plain.stop()
    await startKeeper({ privateKey, port: portOf(address) })

    const { reachability } = await untilReserved(network)
    expect(reachability).toEqual({ state: 'reachable', relays: 1 })
  })

  it('refuses an address that is none', async () => {
    await expect(startNetwork({ keepers: ['the keeper'] })).rejects.toMatchObject({ code: 'ERR_OPTION_INVALID' })
  })
})

class SwitchedOnline implements OnlineSource {
  #isOnline = true
  readonly #listeners = new Set<() => void>()

  isOnline(): boolean {
    return this.#isOnline
  }

  onChange(listener: () => void): () => void {
    this.#listeners.add(listener)
    return () => void this.#listeners.delete(listener)
  }

  set(isOnline: boolean): void {
    this.#isOnline = isOnline
    for (const listener of this.#listeners) listener()
  }
}
