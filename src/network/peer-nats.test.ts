import { describe, expect, it } from 'vitest'
import type { Libp2p } from '@libp2p/interface'
import type { PeerKey } from '../codec/peer-key.ts'
import { type Nat, UNKNOWN_NAT } from './nat-kind.ts'
import type { NetworkLog } from './network-log.ts'
import { NAT_PROTOCOL, PeerNats } from './peer-nats.ts'
import { addressOf, startNetwork } from './testing/network-fixture.ts'
import type { QuireNetwork } from './quire-network.ts'

/** Why a peer is asked. */
type Occasion = 'failed' | 'relayed'

/** Two connected nodes; resolves with what the first knows of the second after it has asked. */
async function asked(answer: (libp2p: Libp2p) => Promise<void>, occasion: Occasion = 'failed'): Promise<Nat> {
  const peer = await startNetwork({ node: { listen: ['/ip4/127.0.0.1/tcp/0/ws'] } })
  const asker = await startNetwork()
  await peer.libp2p.unhandle(NAT_PROTOCOL)
  await answer(peer.libp2p)
  await asker.connect([addressOf(peer)])
  return ask(asker, peer.peerId, occasion)
}

/** As of a peer whose connection has just been made. */
async function protocolsSaidLate(): Promise<readonly string[]> {
  await new Promise((done) => setImmediate(done))
  return [NAT_PROTOCOL]
}

async function ask(asker: QuireNetwork, peer: PeerKey, occasion: Occasion): Promise<Nat> {
  const told: Record<Occasion, (peer: PeerKey) => void> = { failed: () => undefined, relayed: () => undefined }
  const ended = Promise.withResolvers<void>()
  const log: NetworkLog = (_level, event) => event === 'a peer did not say what NAT it has' && ended.resolve()
  const [connection] = asker.libp2p.getConnections()
  const nats = new PeerNats(
    {
      libp2p: asker.libp2p,
      table: { relayedConnection: () => connection, protocolsOf: protocolsSaidLate },
      memory: {
        onFailed: (listener) => ((told.failed = listener), () => undefined),
        onRelayed: (listener) => ((told.relayed = listener), () => undefined),
      },
      ownNat: () => UNKNOWN_NAT,
      log,
    },
    { againMs: [1] },
  )
  told[occasion](peer)
  while (nats.natOf(peer).kind === 'unknown') {
    const isOver = await Promise.race([
      ended.promise.then(() => true),
      new Promise((done) => setImmediate(done, false)),
    ])
    if (isOver === true) break
  }
  nats.stop()
  return nats.natOf(peer)
}

function answerWith(libp2p: Libp2p, nat: Nat): Promise<void> {
  return new PeerNats({
    libp2p,
    table: { relayedConnection: () => undefined, protocolsOf: async () => [] },
    memory: { onFailed: () => () => undefined, onRelayed: () => () => undefined },
    ownNat: () => nat,
    log: () => undefined,
  }).start()
}

describe('PeerNats', () => {
  it.each<Nat>([
    { kind: 'symmetric', families: [4] },
    { kind: 'none', families: [4, 6] },
    { kind: 'udp-blocked', families: [] },
  ])('hears what NAT a peer has: $kind', async (nat) => {
    expect(await asked((libp2p) => answerWith(libp2p, nat))).toEqual(nat)
  })

  it('asks also where the other side tries and this one only sees that content goes through a relay', async () => {
    const nat: Nat = { kind: 'symmetric', families: [4] }

    expect(await asked((libp2p) => answerWith(libp2p, nat), 'relayed')).toEqual(nat)
  })

  it('asks a peer again that did not know its NAT yet', async () => {
    const lines = ['unknown\n', 'cone 4\n']
    const heard = await asked((libp2p) =>
      libp2p.handle(NAT_PROTOCOL, (stream) => void stream.send(new TextEncoder().encode(lines.shift() ?? ''))),
    )

    expect(heard).toEqual({ kind: 'cone', families: [4] })
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
