import type { Connection } from '@libp2p/interface'
import { type Multiaddr, multiaddr } from '@multiformats/multiaddr'
import { describe, expect, it } from 'vitest'
import type { PeerKey } from '../codec/peer-key.ts'
import type { HeartbeatInit } from './heartbeat.ts'
import { type Link, PeerEntry } from './peer-entry.ts'
import { generatePrivateKey } from './peer-identity.ts'
import type { PeerChange } from './peer-table.ts'
import { addressOf, nextChange, startNetwork, untilStatus } from './testing/network-fixture.ts'
import { Traffic } from './traffic.ts'

const PROTOCOL = '/quire-test/1.0.0'
const WEB_SOCKET = { listen: ['/ip4/127.0.0.1/tcp/0/ws'] }
/** Nobody is found dead in the time of a test. */
const STILL: HeartbeatInit = { intervalMs: 3_600_000, deadAfterMs: 3_600_000 }
// A name is enough: nobody is dialled.
const PEER = '16Uiu2HAmJb2e28qLXxT5kZxVUUoJt72EMzNGXB47Rxx5hw3q4YjS' as PeerKey
const [WEBRTC, CIRCUIT, SOCKET] = ['/webrtc', '/p2p-circuit', '/ip4/127.0.0.1/tcp/9410/ws'].map((way) => multiaddr(way))

/** A peer with connections of these addresses, the oldest first; and the last of them. */
function peerWith(...addresses: readonly (Multiaddr | undefined)[]): { peer: PeerEntry; latest: Link } {
  const peer = new PeerEntry(PEER)
  const links = addresses.map((remoteAddr) => {
    const connection = { remoteAddr, direct: remoteAddr !== CIRCUIT, status: 'open' }
    const link: Link = {
      // As much of a connection as is looked at.
      connection: connection as unknown as Connection,
      traffic: new Traffic(),
      limitBytes: Number.POSITIVE_INFINITY,
      heartbeat: undefined,
      way: undefined,
      isRetired: false,
    }
    peer.links.set(link.connection, link)
    return link
  })
  const latest = links.at(-1)
  if (latest === undefined) throw new Error('A peer has a connection.')
  return { peer, latest }
}

describe('a peer that connects once more', () => {
  it('gets what is sent from then on over its newest connection, though nobody has seen the old one die', async () => {
    const privateKey = await generatePrivateKey()
    const node = await startNetwork({ node: WEB_SOCKET, socketHeartbeat: STILL })
    const twin = { privateKey, socketHeartbeat: STILL }
    const [before, after] = [await startNetwork(twin), await startNetwork(twin)]
    const taken = Promise.withResolvers<string>()
    await before.handle(PROTOCOL, () => taken.resolve('before'))
    await after.handle(PROTOCOL, () => taken.resolve('after'))
    await before.connect([addressOf(node)])
    await untilStatus(node, () => node.joinedPeers().length === 1)
    const changes: PeerChange['type'][] = []
    node.onPeerChange(({ type }) => changes.push(type))

    const joined = nextChange(node, 'joined')
    await after.connect([addressOf(node)])
    await joined
    await node.openStream(after.peerId, PROTOCOL)

    expect(await taken.promise).toBe('after')
    expect(changes).toEqual(['left', 'joined'])
  })

  it('begins anew where its WebRTC was signalled through a relay, and not where over the connection that is there', () => {
    const begins = (...addresses: readonly (Multiaddr | undefined)[]): boolean => {
      const { peer, latest } = peerWith(...addresses)
      return peer.beginsAnew(latest)
    }

    expect(begins(CIRCUIT, WEBRTC, CIRCUIT, WEBRTC)).toBe(true)
    expect(begins(CIRCUIT, WEBRTC, WEBRTC)).toBe(false)
    expect(begins(CIRCUIT, WEBRTC, CIRCUIT, WEBRTC, WEBRTC)).toBe(false)
  })

  it('begins anew with a second socket, and not with its first direct connection', () => {
    const second = peerWith(SOCKET, SOCKET)
    const first = peerWith(CIRCUIT, WEBRTC)

    expect(second.peer.beginsAnew(second.latest)).toBe(true)
    expect(first.peer.beginsAnew(first.latest)).toBe(false)
  })

  it('falls back on an older connection that lives where the newest is gone', () => {
    const { peer, latest } = peerWith(SOCKET, SOCKET)
    const [old] = peer.links.values()
    if (old !== undefined) old.isRetired = true
    expect(peer.direct).toBe(latest)

    peer.remove(latest)

    expect(peer.direct).toBe(old)
  })
})
