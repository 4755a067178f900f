import { describe, expect, it } from 'vitest'
import { type ManifestCid, manifestCidFromDigest } from '../codec/cid.ts'
import type { PeerKey } from '../codec/peer-key.ts'
import { addressOf, portOf, startKeeper, startNetwork, untilReserved, untilStatus } from './testing/network-fixture.ts'
import { generatePrivateKey } from './peer-identity.ts'
import type { QuireNetwork } from './quire-network.ts'

const WEB_SOCKET = { listen: ['/ip4/127.0.0.1/tcp/0/ws'] }
const MANIFEST = manifestCidFromDigest(new Uint8Array(32).fill(7))

async function providersOf(network: QuireNetwork): Promise<PeerKey[]> {
  const peers: PeerKey[] = []
  for await (const peer of network.findProviders(MANIFEST)) peers.push(peer)
  return peers
}

describe('findProviders and provide', () => {
  it('connects whoever asks to the holder, directly', async () => {
    const keeper = await startKeeper()
    const holder = await startNetwork({ keepers: [addressOf(keeper)], node: WEB_SOCKET })
    const asker = await startNetwork({ keepers: [addressOf(keeper)] })
    await untilReserved(holder)
    await holder.provide(MANIFEST)
    await untilKnown(keeper)

    expect(await providersOf(asker)).toEqual([holder.peerId])

    expect(asker.joinedPeers()).toContain(holder.peerId)
  })

  it('finds several holders, each once', async () => {
    const keeper = await startKeeper()
    const holders = await Promise.all(
      [1, 2, 3].map(() => startNetwork({ keepers: [addressOf(keeper)], node: WEB_SOCKET })),
    )
    await Promise.all(holders.map(untilReserved))
    await Promise.all(holders.map((holder) => holder.provide(MANIFEST)))
    await untilKnown(keeper, MANIFEST, 3)
    const asker = await startNetwork({ keepers: [addressOf(keeper)] })

    const found = await providersOf(asker)

    expect(found.toSorted()).toEqual(holders.map(({ peerId }) => peerId).toSorted())
  })

  it('tells the whole address of a holder behind a relay, so that a browser can dial it', async () => {
    const keeper = await startKeeper()
    const holder = await startNetwork({ keepers: [addressOf(keeper)] })
    await untilReserved(holder)
    await holder.provide(MANIFEST)
    await untilKnown(keeper)
    const asker = await startNetwork({ keepers: [addressOf(keeper)] })
    await untilReserved(asker)
    const { discovery } = asker.libp2p.services

    const found = []
    for await (const provider of discovery.find(MANIFEST, asker.libp2p.getConnections())) found.push(provider)

    expect(found.map(({ multiaddrs }) => multiaddrs.map(String))).toEqual([holder.status().addresses])
  })

  it('finds a keeper that has just started, by what it holds itself', async () => {
    const keeper = await startKeeper()
    await keeper.provide(MANIFEST)
    const asker = await startNetwork({ keepers: [addressOf(keeper)] })

    expect(await providersOf(asker)).toEqual([keeper.peerId])
  })

  it('waits for a keeper that is being dialled', async () => {
    const keeper = await startKeeper()
    const holder = await startNetwork({ keepers: [addressOf(keeper)], node: WEB_SOCKET })
    await untilReserved(holder)
    await holder.provide(MANIFEST)
    await untilKnown(keeper)

    const asker = await startNetwork({ keepers: [addressOf(keeper)] })

    expect(asker.status().reachability).toEqual({ state: 'starting' })
    expect(await providersOf(asker)).toEqual([holder.peerId])
  })

  it('tells a keeper that comes later, and one that restarted with an empty memory', async () => {
    const privateKey = await generatePrivateKey()
    const absent = await startKeeper({ privateKey })
    const address = addressOf(absent)
    await absent.stop()
    const holder = await startNetwork({ keepers: [address], node: WEB_SOCKET })
    await holder.provide(MANIFEST)

    for (let restart = 0; restart < 2; restart++) {
      const keeper = await startKeeper({ privateKey, port: portOf(address) })
      await untilKnown(keeper)
      expect(await holdersAt(keeper, MANIFEST)).toBe(1)
      await keeper.stop()
      await untilStatus(holder, ({ reachability }) => reachability.state === 'reachable' && reachability.relays === 0)
    }
  })

  it('tells a dataset no more once it is taken off the list', async () => {
    const privateKey = await generatePrivateKey()
    const first = await startKeeper({ privateKey })
    const address = addressOf(first)
    const other = manifestCidFromDigest(new Uint8Array(32).fill(8))
    const holder = await startNetwork({ keepers: [address], node: WEB_SOCKET })
    await untilReserved(holder)
    await holder.provide(MANIFEST)
    await holder.unprovide(MANIFEST)
    await holder.provide(other)

    await first.stop()
    const second = await startKeeper({ privateKey, port: portOf(address) })
    await untilKnown(second, other)

    expect(await holdersAt(second, MANIFEST)).toBe(0)
  })

  it('passes over holders that cannot be reached, this node, and peers that broke the rules', async () => {
    const keeper = await startKeeper()
    const keepers = [addressOf(keeper)]
    const [gone, refused, asker] = await Promise.all([1, 2, 3].map(() => startNetwork({ keepers, node: WEB_SOCKET })))
    if (gone === undefined || refused === undefined || asker === undefined) throw new Error('Three were started.')
    await Promise.all([gone, refused, asker].map(untilReserved))
    await Promise.all([gone, refused, asker].map((network) => network.provide(MANIFEST)))
    await untilKnown(keeper, MANIFEST, 3)
    await gone.stop()
    await asker.drop(refused.peerId, 'sent a bad block')

    expect(await providersOf(asker)).toEqual([])
  })

  it('finds nobody, and tells nobody, where there is no keeper', async () => {
    const network = await startNetwork()

    await network.provide(MANIFEST)

    expect(await providersOf(network)).toEqual([])
  })

  it('ends with the reason of the signal', async () => {
    const keeper = await startKeeper()
    const network = await startNetwork({ keepers: [addressOf(keeper)] })
    const reason = new Error('enough')

    const next = network.findProviders(MANIFEST, { signal: AbortSignal.abort(reason) }).next()

    await expect(next).rejects.toBe(reason)
  })
})

// A keeper answers from its own records: nobody else is asked.
async function holdersAt(keeper: QuireNetwork, cid: ManifestCid): Promise<number> {
  const holders = []
  for await (const holder of keeper.libp2p.services.discovery.find(cid, [])) holders.push(holder)
  return holders.length
}

// A provider record is sent without an answer, and nothing tells when the keeper has it.
async function untilKnown(keeper: QuireNetwork, cid = MANIFEST, count = 1): Promise<void> {
  while ((await holdersAt(keeper, cid)) < count) await new Promise((resolve) => setImmediate(resolve))
}
