import { multiaddr } from '@multiformats/multiaddr'
import { describe, expect, it } from 'vitest'
import {
  addressedTo,
  overWebRtc,
  parseAddress,
  relayOf,
  shareableAddresses,
  targetOf,
  transportOf,
} from './addresses.ts'
import { generatePrivateKey, peerKeyOfPrivateKey } from './peer-identity.ts'

const RELAY = peerKeyOfPrivateKey(await generatePrivateKey())
const PEER = peerKeyOfPrivateKey(await generatePrivateKey())
const BEHIND_RELAY = `/ip4/127.0.0.1/tcp/9410/ws/p2p/${RELAY}/p2p-circuit/p2p/${PEER}`
const BY_WEBRTC = `/ip4/127.0.0.1/tcp/9410/ws/p2p/${RELAY}/p2p-circuit/webrtc/p2p/${PEER}`

describe('addresses', () => {
  it('reads an address, and passes over what is none', () => {
    expect(parseAddress(BEHIND_RELAY)?.toString()).toBe(BEHIND_RELAY)
    for (const text of ['hello', '/ip4/1.2.3', '/ip4/1.2.3.4/tcp/99999999', '/x'.repeat(10_000)]) {
      expect(parseAddress(text)).toBeUndefined()
    }
  })

  it('knows whom an address reaches and through whom', () => {
    expect(targetOf(multiaddr(BEHIND_RELAY))).toBe(PEER)
    expect(relayOf(multiaddr(BEHIND_RELAY))).toBe(RELAY)
    expect(targetOf(multiaddr('/ip4/127.0.0.1/tcp/1/ws'))).toBeUndefined()
    expect(relayOf(multiaddr(`/ip4/127.0.0.1/tcp/1/ws/p2p/${RELAY}`))).toBeUndefined()
    expect(targetOf(multiaddr(`/ip4/127.0.0.1/tcp/1/ws/p2p/${RELAY}/p2p-circuit`))).toBeUndefined()
  })

  it.each([
    [BEHIND_RELAY, 'circuit'],
    [BY_WEBRTC, 'webrtc'],
    [`/webrtc/p2p/${PEER}`, 'webrtc'],
    ['/dns4/a.example/tcp/443/wss', 'websocket'],
    ['/ip4/1.2.3.4/tcp/443/tls/ws', 'websocket'],
    ['/ip4/1.2.3.4/tcp/80', 'tcp'],
    ['/ip4/1.2.3.4/udp/80/quic-v1/webtransport', 'webtransport'],
    ['/ip4/1.2.3.4/udp/80/quic-v1', 'other'],
  ])('knows what carries %s', (text, kind) => {
    expect(transportOf(multiaddr(text))).toBe(kind)
  })

  it('turns the address of a relayed peer into its WebRTC address, and leaves others', () => {
    expect(overWebRtc(multiaddr(BEHIND_RELAY)).toString()).toBe(BY_WEBRTC)
    expect(overWebRtc(multiaddr(BY_WEBRTC)).toString()).toBe(BY_WEBRTC)
    expect(overWebRtc(multiaddr('/ip4/1.2.3.4/tcp/80')).toString()).toBe('/ip4/1.2.3.4/tcp/80')
  })

  it('puts the peer at the end of an address, and refuses one that ends with another', () => {
    expect(addressedTo(PEER, multiaddr('/ip4/1.2.3.4/tcp/80'))?.toString()).toBe(`/ip4/1.2.3.4/tcp/80/p2p/${PEER}`)
    expect(addressedTo(PEER, multiaddr(BEHIND_RELAY))?.toString()).toBe(BEHIND_RELAY)
    expect(addressedTo(RELAY, multiaddr(BEHIND_RELAY))).toBeUndefined()
    const relayed = multiaddr(`/ip4/127.0.0.1/tcp/9410/ws/p2p/${RELAY}/p2p-circuit`)
    expect(addressedTo(PEER, relayed)?.toString()).toBe(BEHIND_RELAY)
  })

  it('shares a few addresses, those that reach furthest first, none that browsers cannot dial', () => {
    const behind = (relay: string): string => `${relay}/p2p/${RELAY}/p2p-circuit/webrtc/p2p/${PEER}`
    const loopback = behind('/ip4/127.0.0.1/tcp/9410/ws')
    const local = behind('/ip4/192.168.1.2/tcp/9410/ws')
    const open = behind('/ip4/8.8.8.8/tcp/9410/ws')
    const named = behind('/dns4/keeper.example/tcp/443/wss')
    const all = [
      loopback,
      local,
      BEHIND_RELAY,
      open,
      behind('/ip4/8.8.8.8/tcp/9411'),
      named,
      `/ip4/1.2.3.4/tcp/1/p2p/${PEER}`,
    ]

    expect(
      shareableAddresses(
        all.map((text) => multiaddr(text)),
        3,
      ),
    ).toEqual([named, open, local])
    expect(shareableAddresses([multiaddr(loopback), multiaddr(local)], 3)).toEqual([local])
    expect(shareableAddresses([multiaddr(loopback)], 3)).toEqual([loopback])
  })

  it('shares the TCP address of a node that has nothing else', () => {
    const tcp = `/ip4/8.8.8.8/tcp/1/p2p/${PEER}`

    expect(shareableAddresses([multiaddr(tcp), multiaddr(BEHIND_RELAY)], 3)).toEqual([tcp])
  })

  it('shares the circuit of a node that nobody can dial otherwise', () => {
    expect(shareableAddresses([multiaddr(BEHIND_RELAY)], 3)).toEqual([BEHIND_RELAY])
  })
})
