import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { manifestCidFromDigest } from '../codec/cid.ts'
import type { PeerKey } from '../codec/peer-key.ts'
import type { QuireNetwork } from './quire-network.ts'
import { addressOf, startKeeper, startNetwork, untilReserved } from './testing/network-fixture.ts'

const WEB_SOCKET = { listen: ['/ip4/127.0.0.1/tcp/0/ws'] }
const MANIFEST = manifestCidFromDigest(new Uint8Array(32).fill(7))
const HOUR_MS = 60 * 60_000

async function holderAt(keeper: QuireNetwork): Promise<QuireNetwork> {
  const holder = await startNetwork({ keepers: [addressOf(keeper)], node: WEB_SOCKET })
  await untilReserved(holder)
  await holder.provide(MANIFEST)
  return holder
}

async function providersOf(network: QuireNetwork): Promise<PeerKey[]> {
  const peers: PeerKey[] = []
  for await (const peer of network.findProviders(MANIFEST)) peers.push(peer)
  return peers
}

/** Timers stand still, as on a machine that sleeps. */
function sleepFor(ms: number): void {
  if (!vi.isFakeTimers()) vi.useFakeTimers({ toFake: ['Date'] })
  onTestFinished(() => void vi.useRealTimers())
  vi.setSystemTime(Date.now() + ms)
}

describe('a keeper that slept', () => {
  it.each([
    ['an hour', HOUR_MS],
    ['a day', 24 * HOUR_MS],
  ])('tells, after %s, of those who are there and not of those who left', async (_title, sleptMs) => {
    const keeper = await startKeeper()
    const gone = await holderAt(keeper)
    await vi.waitUntil(async () => (await told(keeper)).length === 1)
    await gone.stop()

    sleepFor(sleptMs)
    const there = await holderAt(keeper)
    await vi.waitUntil(async () => (await told(keeper)).includes(there.peerId), { timeout: 5_000 })
    const asker = await startNetwork({ keepers: [addressOf(keeper)] })

    expect(await told(keeper)).toEqual([there.peerId])
    expect(await providersOf(asker)).toEqual([there.peerId])
  })

  it('knows, for an hour from then on, the addresses that a holder told again', async () => {
    const keeper = await startKeeper()
    const holder = await holderAt(keeper)
    await vi.waitUntil(async () => (await addressesOf(keeper, holder)).length > 0)

    sleepFor(50 * 60_000)
    const multiaddrs = holder.libp2p.getMultiaddrs()
    await keeper.libp2p.peerStore.merge(holder.libp2p.peerId, { multiaddrs })
    sleepFor(50 * 60_000)
    expect(await addressesOf(keeper, holder)).not.toEqual([])

    sleepFor(15 * 60_000)
    expect(await addressesOf(keeper, holder)).toEqual([])
  })
})

/** Whom a keeper would name, in its order. */
async function told(keeper: QuireNetwork): Promise<string[]> {
  const peers: string[] = []
  for await (const { id } of keeper.libp2p.services.discovery.find(MANIFEST, [])) peers.push(id.toString())
  return peers
}

async function addressesOf(keeper: QuireNetwork, holder: QuireNetwork): Promise<string[]> {
  const { addresses } = await keeper.libp2p.peerStore.get(holder.libp2p.peerId)
  return addresses.map(({ multiaddr }) => multiaddr.toString())
}
