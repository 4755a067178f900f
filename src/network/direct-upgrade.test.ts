import { type Connection, type PeerId, TypedEventEmitter } from '@libp2p/interface'
import { peerIdFromString } from '@libp2p/peer-id'
import { type Multiaddr, multiaddr } from '@multiformats/multiaddr'
import { describe, expect, it } from 'vitest'
import type { PeerKey } from '../codec/peer-key.ts'
import { DirectUpgrade, type DirectUpgradeComponents, WEBRTC_SIGNALING_PROTOCOL } from './direct-upgrade.ts'
import { silentLog } from './network-log.ts'
import { generatePrivateKey, peerKeyOfPrivateKey } from './peer-identity.ts'
import { UpgradeMemory } from './upgrade-memory.ts'

const RELAY = peerKeyOfPrivateKey(await generatePrivateKey())
const PEER = peerKeyOfPrivateKey(await generatePrivateKey())
const RELAYED = `/ip4/127.0.0.1/tcp/9410/ws/p2p/${RELAY}/p2p-circuit/p2p/${PEER}`
const QUICK = { pausesMs: [0, 5, 5] }

/** As much of a connection as an upgrade looks at. */
class FakeConnection extends TypedEventEmitter<Record<string, Event>> {
  status = 'open'
  readonly remotePeer: PeerId
  readonly remoteAddr: Multiaddr
  readonly direct: boolean
  readonly direction: 'inbound' | 'outbound'

  constructor(init: { peer?: PeerKey; direct?: boolean; direction?: 'inbound' | 'outbound' } = {}) {
    super()
    this.remotePeer = peerIdFromString(init.peer ?? PEER)
    this.remoteAddr = multiaddr(RELAYED.replace(PEER, init.peer ?? PEER))
    this.direct = init.direct ?? false
    this.direction = init.direction ?? 'outbound'
  }

  async close(): Promise<void> {
    this.status = 'closed'
    this.dispatchEvent(new Event('close'))
  }

  asConnection(): Connection {
    // The rest is not looked at.
    return this as unknown as Connection
  }
}

/** Dials that fail until the given one, which makes the direct connection. */
function fakeNetwork(succeedsAt: number, protocols: readonly string[] = [WEBRTC_SIGNALING_PROTOCOL]) {
  const dialled: string[] = []
  const memory = new UpgradeMemory({ log: silentLog })
  const { promise: isDirect, resolve } = Promise.withResolvers<void>()
  let direct: Connection | undefined
  const components: DirectUpgradeComponents = {
    log: silentLog,
    memory,
    table: { directConnection: () => direct, protocolsOf: async () => protocols },
    libp2p: {
      dial: async (target) => {
        dialled.push(String(target))
        if (dialled.length < succeedsAt) throw new Error('no way')
        direct = new FakeConnection({ direct: true }).asConnection()
        resolve()
        return direct
      },
    },
  }
  /** Resolves when so many dials have failed. */
  const failures = (count: number): Promise<void> =>
    new Promise((done) => {
      const unsubscribe = memory.onFailed((peer) => {
        if (memory.failuresOf(peer) < count) return
        unsubscribe()
        done()
      })
    })
  return { components, dialled, memory, isDirect, failures }
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

describe('DirectUpgrade', () => {
  it('dials the WebRTC address of a relayed peer', async () => {
    const { components, dialled, isDirect } = fakeNetwork(1)

    new DirectUpgrade(components, QUICK).opened(new FakeConnection().asConnection())
    await isDirect

    expect(dialled).toEqual([RELAYED.replace('p2p-circuit', 'p2p-circuit/webrtc')])
  })

  it('tries again after a failure, with the relayed connection kept', async () => {
    const { components, dialled, isDirect, memory } = fakeNetwork(3)
    const relayed = new FakeConnection()

    new DirectUpgrade(components, QUICK).opened(relayed.asConnection())
    await isDirect
    await turn()

    expect(dialled).toHaveLength(3)
    expect(relayed.status).toBe('open')
    expect(memory.failuresOf(PEER)).toBe(0)
  })

  it('gives up after a few tries, also where the circuit is made anew meanwhile', async () => {
    const { components, dialled, failures } = fakeNetwork(Infinity)
    const [relayed, renewed] = [new FakeConnection(), new FakeConnection()]
    const upgrade = new DirectUpgrade(components, QUICK)

    upgrade.opened(relayed.asConnection())
    await failures(1)
    upgrade.opened(renewed.asConnection())
    await relayed.close()
    await failures(3)
    await turn()
    upgrade.opened(new FakeConnection().asConnection())
    await turn()

    expect(dialled).toHaveLength(3)
    expect(renewed.status).toBe('open')
  })

  it('tries at once when the device has come into another network', async () => {
    const { components, dialled, failures, isDirect, memory } = fakeNetwork(2)

    new DirectUpgrade(components, { pausesMs: [0, 3_600_000] }).opened(new FakeConnection().asConnection())
    await failures(1)
    await turn()
    memory.reset()
    await isDirect

    expect(dialled).toHaveLength(2)
  })

  it('does not dial a peer that speaks no WebRTC', async () => {
    const { components, dialled } = fakeNetwork(1, ['/ipfs/id/1.0.0'])

    new DirectUpgrade(components, QUICK).opened(new FakeConnection().asConnection())
    await turn()

    expect(dialled).toEqual([])
  })

  it('leaves inbound connections to the side that dialled, and direct ones alone', async () => {
    const { components, dialled, isDirect } = fakeNetwork(1)
    const upgrade = new DirectUpgrade(components, QUICK)
    const [inbound, direct] = await Promise.all([generatePrivateKey(), generatePrivateKey()])

    upgrade.opened(new FakeConnection({ peer: peerKeyOfPrivateKey(inbound), direction: 'inbound' }).asConnection())
    upgrade.opened(new FakeConnection({ peer: peerKeyOfPrivateKey(direct), direct: true }).asConnection())
    upgrade.opened(new FakeConnection().asConnection())
    await isDirect

    expect(dialled).toEqual([RELAYED.replace('p2p-circuit', 'p2p-circuit/webrtc')])
  })

  it('makes one WebRTC connection of several relayed ones', async () => {
    const { components, dialled, isDirect } = fakeNetwork(1)
    const upgrade = new DirectUpgrade(components, QUICK)

    upgrade.opened(new FakeConnection().asConnection())
    upgrade.opened(new FakeConnection().asConnection())
    await isDirect
    await turn()

    expect(dialled).toHaveLength(1)
  })

  it('stops trying when the relayed connection closes, and goes on with the next one', async () => {
    const { components, dialled, failures } = fakeNetwork(Infinity)
    const relayed = new FakeConnection()
    const upgrade = new DirectUpgrade(components, { pausesMs: [0, 5] })
    upgrade.opened(relayed.asConnection())
    await failures(1)

    await relayed.close()
    await turn()
    expect(dialled).toHaveLength(1)
    upgrade.opened(new FakeConnection().asConnection())
    await failures(2)

    expect(dialled).toHaveLength(2)
  })
})
