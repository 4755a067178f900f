import { describe, expect, it } from 'vitest'
import type { Libp2p } from '@libp2p/interface'
import type { PeerKey } from '../codec/peer-key.ts'
import type { NatKind } from './nat-kind.ts'
import type { NetworkLog } from './network-log.ts'
import { NAT_PROTOCOL, PeerNats } from './peer-nats.ts'
import { addressOf, startNetwork } from './testing/network-fixture.ts'
import type { QuireNetwork } from './quire-network.ts'

/** Two connected nodes; `said` resolves with what the first knows of the second after it has asked. */
async function asked(answer: (libp2p: Libp2p) => Promise<void>): Promise<NatKind> {
  const peer = await startNetwork({ node: { listen: ['/ip4/127.0.0.1/tcp/0/ws'] } })
  const asker = await startNetwork()
  await peer.libp2p.unhandle(NAT_PROTOCOL)
  await answer(peer.libp2p)
  await asker.connect([addressOf(peer)])
  return ask(asker, peer.peerId)
}

async function ask(asker: QuireNetwork, peer: PeerKey): Promise<NatKind> {
  let onFailed: (failed: PeerKey) => void = () => undefined
  const ended = Promise.withResolvers<void>()
  const log: NetworkLog = (_level, event) => event === 'a peer did not say what NAT it has' && ended.resolve()
  const [connection] = asker.libp2p.getConnections()
  const nats = new PeerNats({
    libp2p: asker.libp2p,
    table: { relayedConnection: () => connection, speaks: () => true },
    memory: { onFailed: (listener) => ((onFailed = listener), () => undefined) },
    ownKind: () => 'unknown',
    log,
  })
  onFailed(peer)
  while (nats.kindOf(peer) === 'unknown') {
    const isOver = await Promise.race([
      ended.promise.then(() => true),
      new Promise((done) => setImmediate(done, false)),
    ])
    if (isOver === true) break
  }
  nats.stop()
  return nats.kindOf(peer)
}

describe('PeerNats', () => {
  it('hears what NAT a peer has', async () => {
    const kind = await asked(async (libp2p) => {
      const parts = { relayedConnection: () => undefined, speaks: () => undefined }
      const nats = new PeerNats({
        libp2p,
        table: parts,
        memory: { onFailed: () => () => undefined },
        ownKind: () => 'symmetric',
        log: () => undefined,
      })
      await nats.start()
    })

    expect(kind).toBe('symmetric')
  })

  it('gives up a peer that talks without end', async () => {
    const kind = await asked((libp2p) =>
      libp2p.handle(NAT_PROTOCOL, (stream) => void stream.send(new Uint8Array(10_000))),
    )

    expect(kind).toBe('unknown')
  })
})
