/** What others may do wrong, or to us: the node stays usable, says what happened, and what waits comes to an end. */
import type { Stream } from '@libp2p/interface'
import { describe, expect, it } from 'vitest'
import { manifestCidFromDigest } from '../codec/cid.ts'
import type { PeerKey } from '../codec/peer-key.ts'
import { KAD_PROTOCOL } from './discovery.ts'
import { generatePrivateKey, peerKeyOfPrivateKey } from './peer-identity.ts'
import type { QuireNetwork } from './quire-network.ts'
import { addressOf, portOf, startKeeper, startNetwork, untilReserved, untilStatus } from './testing/network-fixture.ts'

const MANIFEST = manifestCidFromDigest(new Uint8Array(32).fill(9))
const WEB_SOCKET = { listen: ['/ip4/127.0.0.1/tcp/0/ws'] }
const DEAD = '/ip4/127.0.0.1/tcp/1/ws'

async function providersOf(network: QuireNetwork): Promise<PeerKey[]> {
  const peers: PeerKey[] = []
  for await (const peer of network.findProviders(MANIFEST)) peers.push(peer)
  return peers
}

async function deadPeer(): Promise<string> {
  return `${DEAD}/p2p/${peerKeyOfPrivateKey(await generatePrivateKey())}`
}

/** A keeper whose Kademlia answers are what `answer` makes of each stream. */
async function lyingKeeper(answer: (stream: Stream) => void): Promise<QuireNetwork> {
  const keeper = await startKeeper()
  await keeper.libp2p.unhandle(KAD_PROTOCOL)
  await keeper.libp2p.handle(KAD_PROTOCOL, answer, { maxInboundStreams: 1_000 })
  return keeper
}

async function expectUsable(network: QuireNetwork): Promise<void> {
  const other = await startNetwork({ node: WEB_SOCKET })
  expect(await network.connect([addressOf(other)])).toEqual([other.peerId])
}

describe('a node among dead addresses', () => {
  it('says which keeper is down, and uses the one that is not', async () => {
    const keeper = await startKeeper()
    const dead = [DEAD, await deadPeer()]
    const network = await startNetwork({ keepers: [...dead, addressOf(keeper)] })

    await untilReserved(network)
    const { relays } = await untilStatus(network, (status) => status.relays.filter(({ reason }) => reason).length === 2)

    expect(relays.filter(({ reason }) => reason !== undefined).map(({ address }) => address)).toEqual(dead)
    await expectUsable(network)
  })

  it('ends a lookup where no keeper lives', async () => {
    const network = await startNetwork({ keepers: [DEAD] })

    expect(await providersOf(network)).toEqual([])
    await untilStatus(network, ({ reachability }) => reachability.state === 'no-keeper')
    await expectUsable(network)
  })

  it('reaches the one of many that a link names and that lives', async () => {
    const peer = await startNetwork({ node: WEB_SOCKET })
    const network = await startNetwork()
    const lies = Array.from({ length: 30 }, (_, i) => `/ip4/127.0.0.1/tcp/${i + 1}/ws/p2p/${peer.peerId}`)

    expect(await network.connect([...lies.slice(0, 5), addressOf(peer), ...lies.slice(5)])).toEqual([peer.peerId])
  })
})

describe('a node whose keeper answers lookups wrongly', () => {
  it.each([
    ['with garbage', (stream: Stream) => void stream.send(new Uint8Array(5_000).fill(255))],
    ['with a frame that never ends', (stream: Stream) => void stream.send(Uint8Array.of(0xff, 0xff, 0x7f))],
    ['by hanging up', (stream: Stream) => stream.abort(new Error('no'))],
  ])(
    '%s: the lookup ends without anybody',
    async (_how, answer) => {
      const keeper = await lyingKeeper(answer)
      const network = await startNetwork({ keepers: [addressOf(keeper)] })
      await untilReserved(network)

      expect(await providersOf(network)).toEqual([])
      expect(network.status().reachability).toMatchObject({ state: 'reachable' })
      await expectUsable(network)
    },
    30_000,
  )
})

describe('a node that is told of holders', () => {
  it('passes over those whose addresses lead nowhere, and says so', async () => {
    const keeper = await startKeeper()
    const keepers = [addressOf(keeper)]
    const liar = await startNetwork({
      keepers,
      node: { ...WEB_SOCKET, announce: [DEAD, '/dns4/nowhere.invalid/tcp/1/ws'] },
    })
    const honest = await startNetwork({ keepers, node: WEB_SOCKET })
    await Promise.all([liar, honest].map(untilReserved))
    await Promise.all([liar, honest].map((holder) => holder.provide(MANIFEST)))
    const asker = await startNetwork({ keepers, dialer: { timeoutMs: 3_000, upgradeTimeoutMs: 50 } })
    await untilReserved(asker)

    const found = await providersOf(asker)

    expect(found).toContain(honest.peerId)
    await expectUsable(asker)
  }, 30_000)

  it('does not take somebody else for a holder', async () => {
    const somebody = await startNetwork({ node: WEB_SOCKET })
    const named = peerKeyOfPrivateKey(await generatePrivateKey())
    const network = await startNetwork()

    const lie = `/ip4/127.0.0.1/tcp/${portOf(addressOf(somebody))}/ws/p2p/${named}`
    await expect(network.connect([lie])).rejects.toMatchObject({ code: 'ERR_DIAL_FAILED' })

    expect(network.joinedPeers()).toEqual([])
    expect(network.status().unreached).toMatchObject([{ peer: named, why: 'somebody-else' }])
  })
})
