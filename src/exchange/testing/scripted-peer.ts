import type { Stream } from '@libp2p/interface'
import { blockCidFromDigest, SHA2_256 } from '../../codec/cid.ts'
import {
  CONTROL,
  encodeFrame,
  FrameDecoder,
  type Frame,
  WANT_BLOCKS_REQUEST,
  WANT_BLOCKS_RESPONSE,
} from '../../codec/frame.ts'
import { type BlockPresence, decodeMessage, encodeMessage, type IndexRange, type Message } from '../../codec/message.ts'
import {
  decodeWantBlocksRequest,
  type DeliveredBlock,
  encodeWantBlocksResponse,
  type WantBlocksRequest,
  type WantBlocksResponse,
} from '../../codec/want-blocks.ts'
import type { Clock } from '../clock.ts'
import { BLOCK_EXCHANGE_PROTOCOL } from '../limits.ts'
import type { ExchangeNetwork, PeerKey } from '../network-port.ts'
import type { MemoryHub, MemoryNode } from './memory-network.ts'
import type { SampleDataset } from './sample-dataset.ts'

/** A frame as it is, an answer to be encoded, or nothing. */
export type Reply = Uint8Array | WantBlocksResponse | 'silence'

/** What a script may do beside giving its answer. */
export type AnsweringPeer = Pick<ScriptedPeer, 'requests' | 'ordinalOf' | 'answerLate' | 'trickle' | 'push'>

export interface Script {
  readonly name: string
  readonly dataset: SampleDataset
  /** What it says it has; everything where it is not given, silence for undefined. */
  readonly claim?: (presence: BlockPresence) => BlockPresence | undefined
  /** What it answers, given what an honest peer would. */
  readonly answer?: (honest: WantBlocksResponse, request: WantBlocksRequest, peer: AnsweringPeer) => Reply
}

/** Where a scripted peer lives: a node of a hub in memory, or of a simulated one. */
type ScriptedNetwork = ExchangeNetwork & { readonly peer: PeerKey }

/** A peer that speaks the protocol by hand, to do what an honest node would not. */
export class ScriptedPeer<Network extends ScriptedNetwork = MemoryNode> {
  readonly network: Network
  readonly requests: WantBlocksRequest[] = []
  /** Payloads of the control messages that came, as bytes. */
  readonly controls: Uint8Array[] = []
  readonly #script: Omit<Script, 'name'>
  readonly #asked = new Map<WantBlocksRequest, { readonly stream: Stream; readonly ordinal: number }>()
  readonly #countOf = new Map<PeerKey, number>()
  readonly #outbound = new Map<PeerKey, Promise<Stream>>()
  readonly #inbound: Stream[] = []

  private constructor(network: Network, script: Omit<Script, 'name'>) {
    this.network = network
    this.#script = script
  }

  static start(hub: MemoryHub, script: Script): Promise<ScriptedPeer> {
    return ScriptedPeer.on(hub.addNode(script.name), script)
  }

  static async on<N extends ScriptedNetwork>(network: N, script: Omit<Script, 'name'>): Promise<ScriptedPeer<N>> {
    const peer = new ScriptedPeer(network, script)
    await network.handle(BLOCK_EXCHANGE_PROTOCOL, (stream, from) => peer.#read(stream, from))
    return peer
  }

  /** Which request of its asker it is, counted from 1. */
  ordinalOf(request: WantBlocksRequest): number {
    return this.#asked.get(request)?.ordinal ?? 0
  }

  messages(): Message[] {
    return this.controls.map((bytes) => decodeMessage(bytes))
  }

  /** Sends bytes on a stream of its own, the same for every call. */
  async send(to: PeerKey, bytes: Uint8Array): Promise<void> {
    const opening = this.#outbound.get(to) ?? this.network.openStream(to, BLOCK_EXCHANGE_PROTOCOL)
    this.#outbound.set(to, opening)
    const stream = await opening
    if (stream.writeStatus === 'writable') stream.send(bytes)
  }

  async sendMessage(to: PeerKey, message: Message): Promise<void> {
    await this.send(to, encodeFrame(CONTROL, encodeMessage(message)))
  }

  /** Answers a request that it kept silent on, or sends more after its answer; nothing where the stream is over. */
  answerLate(reply: Uint8Array | WantBlocksResponse, request: WantBlocksRequest): void {
    const stream = this.#asked.get(request)?.stream
    if (stream?.writeStatus === 'writable') stream.send(toFrame(reply))
  }

  /** Sends bytes on every stream that others opened to it, as if it had been asked. */
  push(bytes: Uint8Array): void {
    for (const stream of this.#inbound) if (stream.writeStatus === 'writable') stream.send(bytes)
  }

  /** Sends the answer to a request one byte a time. */
  trickle(
    reply: WantBlocksResponse,
    request: WantBlocksRequest,
    { clock, everyMs }: { clock: Clock; everyMs: number },
  ) {
    const bytes = toFrame(reply)
    const sendFrom = (at: number): void => {
      this.answerLate(bytes.subarray(at, at + 1), request)
      if (at + 1 < bytes.byteLength) clock.setTimeout(() => sendFrom(at + 1), everyMs)
    }
    sendFrom(0)
  }

  #read(stream: Stream, from: PeerKey): void {
    const decoder = new FrameDecoder()
    this.#inbound.push(stream)
    stream.addEventListener('message', ({ data }) => {
      for (const chunk of data instanceof Uint8Array ? [data] : data) {
        for (const frame of decoder.push(chunk)) this.#onFrame(frame, { stream, from })
      }
    })
  }

  #onFrame(frame: Frame, { stream, from }: { stream: Stream; from: PeerKey }): void {
    if (frame.type === CONTROL) {
      this.controls.push(frame.payload.slice())
      void this.#answerWants(decodeMessage(frame.payload), from)
    } else if (frame.type === WANT_BLOCKS_REQUEST) {
      const request = decodeWantBlocksRequest(frame.payload)
      this.requests.push(request)
      const ordinal = (this.#countOf.get(from) ?? 0) + 1
      this.#countOf.set(from, ordinal)
      this.#asked.set(request, { stream, ordinal })
      const honest = honestAnswer(this.#script.dataset, request)
      const reply = this.#script.answer?.(honest, request, this) ?? honest
      if (reply !== 'silence' && stream.writeStatus === 'writable') stream.send(toFrame(reply))
    }
  }

  async #answerWants(message: Message, from: PeerKey): Promise<void> {
    const { dataset, claim = (presence) => presence } = this.#script
    const blockPresences = message.wantList.entries
      .filter((entry) => entry.address.treeCid.equals(dataset.treeCid))
      .flatMap(({ address, downloadId, rangeCount }) => {
        const ranges = [{ start: address.index, count: rangeCount }]
        return claim({ address, kind: 'have-range', ranges, downloadId }) ?? []
      })
    if (blockPresences.length === 0) return
    await this.sendMessage(from, { wantList: { entries: [], full: false }, blockPresences })
  }
}

/** The answer of a node that has everything. */
function honestAnswer(dataset: SampleDataset, request: WantBlocksRequest): WantBlocksResponse {
  const blocks = indicesOf(request.ranges).flatMap((index) => deliveredBlock(dataset, index) ?? [])
  return { requestId: request.requestId, treeCid: request.treeCid, blocks }
}

export function deliveredBlock(dataset: SampleDataset, index: number): DeliveredBlock | undefined {
  const block = dataset.blocks[index]
  if (block === undefined) return undefined
  return {
    index: BigInt(index),
    cid: blockCidFromDigest(block.digest),
    data: block.bytes,
    proof: { mcodec: SHA2_256, index, leafCount: dataset.blockCount, path: block.path },
  }
}

export function indicesOf(ranges: readonly IndexRange[]): number[] {
  return ranges.flatMap(({ start, count }) => Array.from({ length: Number(count) }, (_, i) => Number(start) + i))
}

function toFrame(reply: Uint8Array | WantBlocksResponse): Uint8Array {
  return reply instanceof Uint8Array ? reply : encodeFrame(WANT_BLOCKS_RESPONSE, encodeWantBlocksResponse(reply))
}
