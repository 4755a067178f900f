import type { Stream } from '@libp2p/interface'
import { describe, expect, it } from 'vitest'
import type { HeartbeatInit } from './heartbeat.ts'
import type { OnlineSource } from './online.ts'
import { generatePrivateKey } from './peer-identity.ts'
import { PING_PROTOCOL } from './ping-service.ts'
import type { QuireNetwork } from './quire-network.ts'
import {
  addressOf,
  nextChange,
  startKeeper,
  startNetwork,
  untilReserved,
  untilStatus,
} from './testing/network-fixture.ts'

const WEB_SOCKET = { listen: ['/ip4/127.0.0.1/tcp/0/ws'] }
/** No beat in the time of a test; whoever is hurried has a moment, on a busy machine too. */
const STILL: HeartbeatInit = { intervalMs: 3_600_000, deadAfterMs: 1_500 }

class SwitchedOnline implements OnlineSource {
  #listener: () => void = () => undefined

  isOnline(): boolean {
    return true
  }

  onChange(listener: () => void): () => void {
    this.#listener = listener
    return () => undefined
  }

  /** The device came into another network. */
  change(): void {
    this.#listener()
  }
}

/** Answers pings until told to be silent: as a peer whose packets no longer come through. */
async function mortal(peer: QuireNetwork): Promise<{ die: () => void }> {
  let isAlive = true
  const echo = (stream: Stream): void =>
    stream.addEventListener('message', ({ data }) => {
      if (isAlive) stream.send(data)
    })
  await peer.libp2p.unhandle(PING_PROTOCOL)
  await peer.libp2p.handle(PING_PROTOCOL, echo, { maxInboundStreams: 1_000 })
  return { die: () => (isAlive = false) }
}

/**
 * Resolves when two have told each other what they tell at the beginning: nothing that is still on its way is taken for a sign
 * of life. A round trip tells nobody that it came.
 */
async function untilQuiet(network: QuireNetwork, ...peers: readonly QuireNetwork[]): Promise<void> {
  const knows = (one: QuireNetwork, other: QuireNetwork): boolean =>
    one.leastRoundTripMs(other.peerId) !== undefined &&
    one.peers().some(({ peer, agent }) => peer === other.peerId && agent !== undefined)
  while (peers.some((peer) => !knows(network, peer) || !knows(peer, network))) {
    await new Promise((resolve) => setImmediate(resolve))
  }
}

describe('after a change of the network', () => {
  it('connections that show no life are dropped soon, and others stay', async () => {
    const online = new SwitchedOnline()
    const nodes = [WEB_SOCKET, WEB_SOCKET].map((node) => startNetwork({ node, socketHeartbeat: STILL }))
    const [living, dead] = await Promise.all(nodes)
    if (living === undefined || dead === undefined) throw new Error('Two were started.')
    const { die } = await mortal(dead)
    const network = await startNetwork({ online, socketHeartbeat: STILL })
    await network.connect([addressOf(living), addressOf(dead)])
    await untilQuiet(network, living, dead)
    const left = nextChange(network, 'left')

    die()
    online.change()

    expect(await left).toEqual({ type: 'left', peer: dead.peerId })
    expect(network.joinedPeers()).toEqual([living.peerId])
  })

  it('the keeper is there again after its dead connection was dropped', async () => {
    const online = new SwitchedOnline()
    const keeper = await startKeeper({ socketHeartbeat: STILL })
    const { die } = await mortal(keeper)
    const network = await startNetwork({ online, keepers: [addressOf(keeper)], socketHeartbeat: STILL })
    await untilReserved(network)
    await untilQuiet(network, keeper)
    const left = nextChange(network, 'left', keeper.peerId)

    die()
    online.change()
    await left

    const { reachability } = await untilReserved(network)
    expect(reachability).toEqual({ state: 'reachable', relays: 1 })
  })

  it('a peer that dials anew has its older connection dropped where that is dead', async () => {
    const privateKey = await generatePrivateKey()
    const node = await startNetwork({ node: WEB_SOCKET, socketHeartbeat: STILL })
    const quiet = { privateKey, socketHeartbeat: STILL }
    const [before, after] = [await startNetwork(quiet), await startNetwork(quiet)]
    const { die } = await mortal(before)
    await before.connect([addressOf(node)])
    await untilStatus(node, () => node.joinedPeers().length === 1)
    await untilQuiet(node, before)
    die()
    const [old] = node.libp2p.getConnections()
    const oldClosed = new Promise((resolve) => old?.addEventListener('close', resolve, { once: true }))

    await after.connect([addressOf(node)])
    await oldClosed

    expect(node.libp2p.getConnections()).toHaveLength(1)
    expect(node.joinedPeers()).toEqual([after.peerId])
  })
})
