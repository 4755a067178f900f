import { describe, expect, it } from 'vitest'
import type { Libp2p } from '@libp2p/interface'
import type { PeerKey } from '../codec/peer-key.ts'
import { type Nat, UNKNOWN_NAT } from './nat-kind.ts'
import type { NetworkLog } from './network-log.ts'
import { NAT_PROTOCOL, PeerNats } from './peer-nats.ts'
import { addressOf, startNetwork } from './testing/network-fixture.ts'
import type { QuireNetwork } from './quire-network.ts'

/** Two connected nodes; `said` resolves with what the first knows of the second after it has asked. */
async function asked(answer: (libp2p: Libp2p) => Promise<void>): Promise<Nat> {
  const peer = await startNetwork({ node: { listen: ['/ip4/127.0.0.1/tcp/0/ws'] } })
  const asker = await startNetwork()
  await peer.libp2p.unhandle(NAT_PROTOCOL)
  await answer(peer.libp2p)
  await asker.connect([addressOf(peer)])
  return ask(asker, peer.peerId)
}

async function ask(asker: QuireNetwork, peer: PeerKey): Promise<Nat> {
  let onFailed: (failed: PeerKey) => void = () => undefined
  const ended = Promise.withResolvers<void>()
  const log: NetworkLog = (_level, event) => event === 'a peer did not say what NAT it has' && ended.resolve()
  const [connection] = asker.libp2p.getConnections()
  const nats = new PeerNats({
    libp2p: asker.libp2p,
    table: { relayedConnection: () => connection, speaks: () => true },
    memory: { onFailed: (listener) => ((onFailed = listener), () => undefined), onRelayed: () => () => undefined },
    ownNat: () => UNKNOWN_NAT,
    log,
  })
  onFailed(peer)
  while (nats.natOf(peer) === UNKNOWN_NAT) {
    const isOver = await Promise.race([
      ended.promise.then(() => true),
      new Promise((done) => setImmediate(done, false)),
    ])
    if (isOver === true) break
  }
  nats.stop()
  return nats.natOf(peer)
}

describe('PeerNats', () => {
  it.each<Nat>([
    { kind: 'symmetric', families: [4] },
    { kind: 'none', families: [4, 6] },
    { kind: 'udp-blocked', families: [] },
  ])('hears what NAT a peer has: $kind', async (nat) => {
    const heard = await asked(async (libp2p) => {
      const parts = { relayedConnection: () => undefined, speaks: () => undefined }
      const nats = new PeerNats({
        libp2p,
        table: parts,
        memory: { onFailed: () => () => undefined, onRelayed: () => () => undefined },
        ownNat: () => nat,
        log: () => undefined,
      })
      await nats.start()
    })

    expect(heard).toEqual(nat)
  })

  it.each([
    ['talks without end', 'cone'.repeat(2_500)],
    ['invents a kind', 'conical 4\n'],
    ['invents a version of IP', 'cone 5\n'],
    ['says too much', 'cone 4 4\n'],
    ['says nothing', '\n'],
  ])('gives up a peer that %s', async (_how, line) => {
    const heard = await asked((libp2p) =>
      libp2p.handle(NAT_PROTOCOL, (stream) => void stream.send(new TextEncoder().encode(line))),
    )

    expect(heard).toEqual(UNKNOWN_NAT)
  })
})
