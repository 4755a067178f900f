import { type Connection, type PeerId, TypedEventEmitter } from '@libp2p/interface'
import { peerIdFromString } from '@libp2p/peer-id'
import { type Multiaddr, multiaddr } from '@multiformats/multiaddr'
import { describe, expect, it } from 'vitest'
import type { PeerKey } from '../codec/peer-key.ts'
import { DirectUpgrade, type DirectUpgradeComponents } from './direct-upgrade.ts'
import { silentLog } from './network-log.ts'
import { generatePrivateKey, peerKeyOfPrivateKey } from './peer-identity.ts'

const RELAY = peerKeyOfPrivateKey(await generatePrivateKey())
const PEER = peerKeyOfPrivateKey(await generatePrivateKey())
const RELAYED = `/ip4/127.0.0.1/tcp/9410/ws/p2p/${RELAY}/p2p-circuit/p2p/${PEER}`
const QUICK = { pausesMs: [0, 5, 5], lingerMs: 5 }

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
function fakeNetwork(succeedsAt: number) {
  const dialled: string[] = []
  let direct: Connection | undefined
  const components: DirectUpgradeComponents = {
    log: silentLog,
    table: { directConnection: () => direct },
    libp2p: {
      dial: async (target) => {
        dialled.push(String(target))
        if (dialled.length < succeedsAt) throw new Error('no way')
        direct = new FakeConnection({ direct: true }).asConnection()
        return direct
      },
    },
  }
  return { components, dialled }
}

const closed = (connection: FakeConnection): Promise<unknown> =>
  new Promise((resolve) => connection.addEventListener('close', resolve, { once: true }))

describe('DirectUpgrade', () => {
  it('dials the WebRTC address of a relayed peer, and lets the relayed connection go once there is a direct one', async () => {
    const { components, dialled } = fakeNetwork(1)
    const relayed = new FakeConnection()

    new DirectUpgrade(components, QUICK).opened(relayed.asConnection())
    await closed(relayed)

    expect(dialled).toEqual([RELAYED.replace('p2p-circuit', 'p2p-circuit/webrtc')])
  })

  it('tries again after a failure, with the relayed connection kept', async () => {
    const { components, dialled } = fakeNetwork(3)
    const relayed = new FakeConnection()

    new DirectUpgrade(components, QUICK).opened(relayed.asConnection())
    await closed(relayed)

    expect(dialled).toHaveLength(3)
  })

  it('gives up after a few tries, and leaves the relayed connection open', async () => {
    const { components, dialled } = fakeNetwork(Infinity)
    const relayed = new FakeConnection()
    const ended = Promise.withResolvers<void>()
    let failures = 0
    const log = (): void => {
      failures++
      if (failures === QUICK.pausesMs.length) ended.resolve()
    }

    new DirectUpgrade({ ...components, log }, QUICK).opened(relayed.asConnection())
    await ended.promise
    await new Promise((resolve) => setImmediate(resolve))

    expect(dialled).toHaveLength(3)
    expect(relayed.status).toBe('open')
  })

  it('leaves inbound connections to the side that dialled, and direct ones alone', async () => {
    const { components, dialled } = fakeNetwork(1)
    const upgrade = new DirectUpgrade(components, QUICK)
    const [inbound, direct] = await Promise.all([generatePrivateKey(), generatePrivateKey()])
    const last = new FakeConnection()

    upgrade.opened(new FakeConnection({ peer: peerKeyOfPrivateKey(inbound), direction: 'inbound' }).asConnection())
    upgrade.opened(new FakeConnection({ peer: peerKeyOfPrivateKey(direct), direct: true }).asConnection())
    upgrade.opened(last.asConnection())
    await closed(last)

    expect(dialled).toEqual([RELAYED.replace('p2p-circuit', 'p2p-circuit/webrtc')])
  })

  it('makes one WebRTC connection of several relayed ones', async () => {
    const { components, dialled } = fakeNetwork(1)
    const upgrade = new DirectUpgrade(components, QUICK)
    const [first, second] = [new FakeConnection(), new FakeConnection()]

    upgrade.opened(first.asConnection())
    upgrade.opened(second.asConnection())
    await closed(first)

    expect(dialled).toHaveLength(1)
  })

  it('stops trying when the relayed connection closes', async () => {
    const { components, dialled } = fakeNetwork(Infinity)
    const relayed = new FakeConnection()
    const failures = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
    let failed = 0
    const log = (): void => failures[failed++]?.resolve()
    const upgrade = new DirectUpgrade({ ...components, log }, { pausesMs: [0, 3_600_000], lingerMs: 0 })
    upgrade.opened(relayed.asConnection())
    await failures[0]?.promise

    await relayed.close()
    await new Promise((resolve) => setImmediate(resolve))
    // It is free for the next relayed connection: the peer counts as done.
    upgrade.opened(new FakeConnection().asConnection())
    await failures[1]?.promise

    expect(dialled).toHaveLength(2)
  })
})
