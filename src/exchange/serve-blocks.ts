import { blockCidFromDigest, cidText, SHA2_256, type TreeCid } from '../codec/cid.ts'
import type { IndexRange } from '../codec/message.ts'
import {
  type DeliveredBlock,
  encodeWantBlocksResponseFrame,
  MAX_BLOCK_DATA_BYTES,
  MAX_BLOCKS_PER_BATCH,
  type WantBlocksRequest,
} from '../codec/want-blocks.ts'
import type { QuireError } from '../errors.ts'
import type { BlockStore, ProvenBlock } from '../store/block-store.ts'
import { MAX_ANSWER_BYTES, MAX_REMEMBERED_TREES, WHOLE_LOOK_MS } from './limits.ts'
import type { Clock } from './clock.ts'
import { FirstCopies } from './first-copies.ts'
import type { PeerKey } from './network-port.ts'
import type { AnswerChannel } from './peer-link.ts'
import { treeOf } from './serve-presence.ts'
import type { ServingTurns, Turn } from './serving-turns.ts'

/** Where an answer goes: the stream that asked. */
export interface BlocksChannel extends AnswerChannel {
  /** Aborts when the asker is gone. */
  readonly signal: AbortSignal
}

type ServedStore = Pick<BlockStore, 'presence' | 'getProvenBlocks'>

/** What is known of a tree once it was served. */
interface KnownTree {
  readonly leafCount: number
  /** The largest there is, until one was read. */
  blockSizeBytes: number
  readonly firstCopies: FirstCopies
  isWhole: boolean
  /** Not before is the store asked again whether it is whole. */
  lookAgainAtMs: number
}

/** What of a request is answered now. */
interface Given {
  readonly tree: KnownTree
  readonly treeCid: TreeCid
  readonly indices: readonly number[]
  readonly takesCutBlocks: boolean
}

/** Answers requests for blocks from the store, the peers in turn. */
export class BlockServer {
  readonly #clock: Clock
  readonly #store: ServedStore
  readonly #turns: ServingTurns
  readonly #trees = new Map<string, KnownTree>()

  constructor(components: { store: ServedStore; turns: ServingTurns; clock: Clock }) {
    this.#clock = components.clock
    this.#store = components.store
    this.#turns = components.turns
  }

  /**
   * Answers one request with the blocks that are here, in the order asked, up to what one frame may carry; resolves with
   * their number when the transport takes more.
   *
   * A range that is empty or too long, a tree that is not here and more than 32 blocks give an answer without blocks, as in
   * generation C. Errors: those of `channel.send`. An abort rejects with `signal.reason`.
   */
  async serve(peer: PeerKey, request: WantBlocksRequest, channel: BlocksChannel): Promise<number> {
    const { signal } = channel
    const giveUp = (reason: QuireError): void => channel.giveUp(reason)
    const { requestId, treeCid } = request
    const given = await this.#given(peer, request)
    if (given?.indices.length === 0) {
      await channel.send(encodeWantBlocksResponseFrame({ requestId, treeCid, blocks: [] }))
      return 0
    }
    let turn: Turn | undefined
    let sent: readonly DeliveredBlock[] = []
    let unsentBytes: (() => number) | undefined
    try {
      turn = await this.#turns.take(peer, { expectedBytes: mostBytes(given), signal, giveUp })
      const blocks = given === undefined ? [] : await this.#find(given, signal)
      const frame = encodeWantBlocksResponseFrame({ requestId, treeCid, blocks })
      await turn.made(frame.byteLength)
      unsentBytes = await channel.send(frame, turn.held)
      sent = blocks
      return blocks.length
    } finally {
      turn?.end(unsentBytes)
      if (given !== undefined && sent.length < given.indices.length) undo(given, sent)
    }
  }

  /** What of a request is to be given now; undefined where generation C answers with nothing. */
  async #given(peer: PeerKey, request: WantBlocksRequest): Promise<Given | undefined> {
    const indices = indicesOf(request.ranges)
    const treeCid = treeOf(request.treeCid)
    if (indices === undefined || treeCid === undefined) return undefined
    const tree = await this.#tree(treeCid)
    if (tree === undefined) return undefined
    const isCrowd = tree.firstCopies.asks(peer) && (await this.#isWhole(tree, treeCid))
    const { takesCutBlocks = false } = request
    return { tree, treeCid, takesCutBlocks, indices: isCrowd ? tree.firstCopies.choose(peer, indices) : indices }
  }

  /** Whether all of it is here, or was: what is gone since is left out of the answer. */
  async #isWhole(tree: KnownTree, treeCid: TreeCid): Promise<boolean> {
    const nowMs = this.#clock.now()
    if (tree.isWhole || nowMs < tree.lookAgainAtMs) return tree.isWhole
    tree.lookAgainAtMs = nowMs + WHOLE_LOOK_MS
    tree.isWhole = (await this.#store.presence(treeCid))?.isComplete === true
    return tree.isWhole
  }

  async #find(given: Given, signal: AbortSignal): Promise<DeliveredBlock[]> {
    const { tree, takesCutBlocks } = given
    const blocks = await this.#read(given, signal)
    tree.blockSizeBytes = blocks[0]?.bytes.byteLength ?? tree.blockSizeBytes
    return blocks.map(({ index, digest, bytes, path }) => ({
      index: BigInt(index),
      cid: blockCidFromDigest(digest),
      data: takesCutBlocks ? withoutZerosAtEnd(bytes) : bytes,
      proof: { mcodec: SHA2_256, index, leafCount: tree.leafCount, path },
    }))
  }

  /** Reads in groups that one answer may carry; the size of a block is known from the first on. */
  async #read({ tree, treeCid, indices }: Given, signal: AbortSignal): Promise<ProvenBlock[]> {
    const blocks: ProvenBlock[] = []
    let roomBytes = MAX_ANSWER_BYTES
    const groupBlocks = Math.floor(MAX_ANSWER_BYTES / tree.blockSizeBytes)
    for (let i = 0; i < indices.length; i += groupBlocks) {
      const group = await this.#store.getProvenBlocks(treeCid, indices.slice(i, i + groupBlocks), { signal })
      for (const block of group) {
        roomBytes -= block.bytes.byteLength
        if (roomBytes < 0) return blocks
        blocks.push(block)
      }
    }
    return blocks
  }

  async #tree(treeCid: TreeCid): Promise<KnownTree | undefined> {
    const key = cidText(treeCid)
    const known = this.#trees.get(key)
    if (known !== undefined) return known
    const leafCount = (await this.#store.presence(treeCid))?.blockCount
    if (leafCount === undefined) return undefined
    const oldest = this.#trees.keys().next()
    if (this.#trees.size >= MAX_REMEMBERED_TREES && oldest.done !== true) this.#trees.delete(oldest.value)
    const tree = {
      leafCount,
      blockSizeBytes: MAX_BLOCK_DATA_BYTES,
      firstCopies: new FirstCopies({ clock: this.#clock }, { blockCount: leafCount }),
      isWhole: false,
      lookAgainAtMs: 0,
    }
    this.#trees.set(key, tree)
    return tree
  }
}

/** The most that the answer may have, with some room for proofs. */
function mostBytes(given: Given | undefined): number {
  const count = given?.indices.length ?? 0
  const blockSizeBytes = given?.tree.blockSizeBytes ?? MAX_BLOCK_DATA_BYTES
  return Math.min(MAX_ANSWER_BYTES, count * blockSizeBytes) + 1024 * (1 + count)
}

/** What was to be given and was not sent may be a first copy again. */
function undo({ tree, indices }: Given, sent: readonly DeliveredBlock[]): void {
  const left = new Set(indices)
  for (const { index } of sent) left.delete(Number(index))
  tree.firstCopies.undo([...left])
}

function withoutZerosAtEnd(bytes: Uint8Array): Uint8Array {
  let end = bytes.byteLength
  while (end > 0 && bytes[end - 1] === 0) end--
  return bytes.subarray(0, end)
}

/** The indices of a request; undefined where generation C answers with nothing. */
function indicesOf(ranges: readonly IndexRange[]): number[] | undefined {
  const indices: number[] = []
  for (const { start, count } of ranges) {
    if (count === 0n || count > BigInt(MAX_BLOCKS_PER_BATCH)) return undefined
    if (start + count > BigInt(Number.MAX_SAFE_INTEGER) || indices.length + Number(count) > MAX_BLOCKS_PER_BATCH)
      return undefined
    for (let i = 0; i < Number(count); i++) indices.push(Number(start) + i)
  }
  return indices.length === 0 ? undefined : indices
}
