/**
 * A hostile peer, in a process of its own so that it can die at any moment: it holds a file’s dataset, says so to the
 * keeper, is dialled over WebSocket by whoever follows a link with its address, and then behaves badly.
 *
 *   argv: behaviour, keeper’s address, path of the file, link or nothing      → message to the parent: its address
 */
import '../../src/node/promise-with-resolvers.ts'
import { readFile } from 'node:fs/promises'
import { parseShareLink } from '../../src/codec/link.ts'
import { BLOCK_EXCHANGE_PROTOCOL } from '../../src/exchange/limits.ts'
import type { PeerKey } from '../../src/exchange/network-port.ts'
import { datasetOf } from '../../src/exchange/testing/sample-dataset.ts'
import { ScriptedPeer } from '../../src/exchange/testing/scripted-peer.ts'
import { nodeAssembly } from '../../src/network/node-libp2p.ts'
import { generatePrivateKey } from '../../src/network/peer-identity.ts'
import { QuireNetwork } from '../../src/network/quire-network.ts'
import { BEHAVIOURS, behaviourOf, type BehaviourName } from './hostile-behaviours.ts'

const BLOCK_BYTES = 65_536

// Streams that others close on it, sends to peers that are gone: what it suffers itself is nobody’s concern.
process.on('unhandledRejection', () => undefined)
process.on('uncaughtException', () => undefined)
// The parent may be gone without a word.
process.on('disconnect', () => process.exit())

const [behaviour = '', keeper = '', path = '', link = ''] = process.argv.slice(2)
if (!isBehaviour(behaviour)) throw new Error(`No behaviour is called “${behaviour}”.`)
const { attack, answer, claim } = behaviourOf(behaviour)

const streams = new Map<PeerKey, ReturnType<QuireNetwork['openStream']>>()
const dataset = await datasetOfFile(path)
const network = new QuireNetwork(
  { assemble: nodeAssembly({ listen: ['/ip4/127.0.0.1/tcp/0/ws'] }) },
  { privateKey: await generatePrivateKey(), version: 'hostile', keepers: [keeper] },
)
await ScriptedPeer.on(Object.assign(network, { peer: network.peerId }), {
  dataset,
  ...(answer === undefined ? {} : { answer }),
  ...(claim === undefined ? {} : { claim }),
})
if (attack !== undefined) {
  network.onPeerChange(({ type, peer }) => {
    if (type === 'joined') void attack(dataset, (bytes) => sendTo(peer, bytes), peer)
  })
}
await network.start()
process.send?.(network.status().addresses[0])
// The keeper may be down; it is tried again by itself, and told then.
await network.connect([keeper]).catch(() => undefined)
if (link !== '') await network.provide(parseShareLink(link).cid)

/** On one stream for each peer, no faster than it is taken. */
async function sendTo(peer: PeerKey, bytes: Uint8Array): Promise<void> {
  const opening = streams.get(peer) ?? network.openStream(peer, BLOCK_EXCHANGE_PROTOCOL)
  streams.set(peer, opening)
  const stream = await opening
  if (!stream.send(bytes)) await stream.onDrain()
}

async function datasetOfFile(file: string) {
  const content = await readFile(file)
  const blocks = Array.from({ length: Math.ceil(content.byteLength / BLOCK_BYTES) }, (_, index) => {
    const block = new Uint8Array(BLOCK_BYTES)
    block.set(content.subarray(index * BLOCK_BYTES, (index + 1) * BLOCK_BYTES))
    return block
  })
  return datasetOf(blocks, content.byteLength)
}

function isBehaviour(name: string): name is BehaviourName {
  return name in BEHAVIOURS
}
