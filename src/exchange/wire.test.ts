/**
 * The conversation byte by byte. Hex written by hand from the formats, for the dataset of “some file contents”: its tree
 * CID and proof are those of the native implementation’s own tests.
 */
import type { Stream } from '@libp2p/interface'
import { describe, expect, it } from 'vitest'
import { fromHex, toHex } from '../codec/testing/bytes.ts'
import { BLOCK_EXCHANGE_PROTOCOL, MANIFEST_PROTOCOL } from './limits.ts'
import { MemoryHub, type MemoryNode } from './testing/memory-network.ts'
import { datasetOf } from './testing/sample-dataset.ts'
import { startFetcher, startHolder } from './testing/test-node.ts'

const TREE = '01839a031220050b50fa8145c235e1b817326d34f733420298a9aa511f13622dd81264e8d4df'
const ADDRESS_0 = `0a2a0a26${TREE}1000`
const BLOCK_CID = '01829a0312209d377dacf54120b0f1c6c4ba46e487575d8bc737f44c4f5c3cec48a4fb59c2e0'
const ZERO_NODE = '00'.repeat(32)
const PROOF = `120000000000000000000000000000000100000000000000010000002000${ZERO_NODE}`
const MANIFEST =
  '0a380800122601839a031220050b50fa8145c235e1b817326d34f733420298a9aa511f13622dd81264e8d4df18808004201228829a0330123802'
const WANT_HAVE = `3f000000000a3c0a38${ADDRESS_0}1000180020002800300138011000`
const REQUEST = `450000000100000000000000002600${TREE}0100000000000000000000000100000000000000`
// Behind it, that blocks may come cut: generation C does not look there.
const OUR_REQUEST = `48${REQUEST.slice(2)}515a01`
const PADDED = new Uint8Array(65_536)
PADDED.set(new TextEncoder().encode('some file contents'))
const dataset = await datasetOf([PADDED], 18)

/** What a stream received so far, as hex. */
function record(stream: Stream): { hex: () => string } {
  let text = ''
  stream.addEventListener('message', ({ data }) => (text += toHex(data.subarray())))
  return { hex: () => text }
}

/** The streams that a node opens to us by hand, in order. */
async function acceptStreams(node: MemoryNode): Promise<Stream[]> {
  const streams: Stream[] = []
  await node.handle(BLOCK_EXCHANGE_PROTOCOL, (stream) => streams.push(stream))
  return streams
}

describe('the bytes on the wire', () => {
  it('asks for presence and for blocks on one stream of its own, as generation C does', async () => {
    const hub = new MemoryHub()
    const native = hub.addNode('native')
    const streams = await acceptStreams(native)
    const fetcher = await startFetcher(hub, { name: 'fetcher', dataset })
    hub.connect(fetcher.network, native)
    const finished = fetcher.exchange.download(dataset)

    await expect.poll(() => streams).toHaveLength(1)
    const [ours] = streams
    if (ours === undefined) throw new Error('no stream')
    const heard = record(ours)
    await expect.poll(() => heard.hex()).toBe(WANT_HAVE)

    // The answer goes out on the answering side’s own stream.
    const back = await native.openStream(fetcher.network.peer, BLOCK_EXCHANGE_PROTOCOL)
    back.send(fromHex(`3d000000000a0210002236${ADDRESS_0}10011a04080010012001`))
    await expect.poll(() => heard.hex()).toBe(WANT_HAVE + OUR_REQUEST)

    // Blocks come back on the stream that carried the request.
    ours.send(fromHex(responseHead(0)))
    ours.send(PADDED)
    await finished
    expect((await fetcher.store.presence(dataset.treeCid))?.isComplete).toBe(true)
    expect(heard.hex()).toBe(WANT_HAVE + OUR_REQUEST)
  })

  it('answers presence on its own stream and blocks on the asker’s', async () => {
    const hub = new MemoryHub()
    const native = hub.addNode('native')
    const streams = await acceptStreams(native)
    const holder = await startHolder(hub, { name: 'holder', dataset })
    hub.connect(holder.network, native)
    const asking = await native.openStream(holder.network.peer, BLOCK_EXCHANGE_PROTOCOL)
    const answers = record(asking)

    // Download id 300 is two bytes of varint: it must come back as it was.
    asking.send(fromHex(`40000000000a3d0a39${ADDRESS_0}1000180020002800300138ac021000`))
    await expect.poll(() => streams).toHaveLength(1)
    const [theirs] = streams
    if (theirs === undefined) throw new Error('no stream')
    const presence = record(theirs)
    await expect.poll(() => presence.hex()).toBe(`3e000000000a0210002237${ADDRESS_0}10011a040800100120ac02`)
    expect(answers.hex()).toBe('')

    asking.send(fromHex(REQUEST.replace('0100000000000000002600', '0105000000000000002600')))
    const expected = responseHead(5) + toHex(PADDED)
    await expect.poll(() => answers.hex().length).toBe(expected.length)
    expect(answers.hex() === expected).toBe(true)
  })

  it('gives a manifest, and “not found” for a CID that it does not have', async () => {
    const hub = new MemoryHub()
    const native = hub.addNode('native')
    const holder = await startHolder(hub, { name: 'holder', dataset })
    hub.connect(holder.network, native)
    const ask = async (request: string): Promise<string> => {
      const stream = await native.openStream(holder.network.peer, MANIFEST_PROTOCOL)
      const answer = record(stream)
      const isOver = new Promise((resolve) => stream.addEventListener('remoteCloseWrite', resolve))
      stream.send(fromHex(request))
      await isOver
      return answer.hex()
    }

    expect(await ask(`2600${toHex(dataset.manifestCid.bytes)}`)).toBe(`3b00000000${MANIFEST}`)
    expect(await ask(`2600${TREE}`)).toBe('0100000001')
    expect(await ask('0300010203')).toBe('0100000001')
    expect(await ask('0000')).toBe('0100000001')
  })
})

/** Header and metadata of the answer with the one block. */
function responseHead(requestId: number): string {
  const head = `0${requestId}000000000000002600${TREE}01000000`
  const metadata = `${head}00000000000000002600${BLOCK_CID}000001003e00${PROOF}`
  const metadataBytes = metadata.length / 2
  const frameLength = 1 + 4 + metadataBytes + PADDED.byteLength
  return `${littleEndian(frameLength)}02${littleEndian(metadataBytes)}${metadata}`
}

function littleEndian(value: number): string {
  const bytes = new Uint8Array(4)
  new DataView(bytes.buffer).setUint32(0, value, true)
  return toHex(bytes)
}
