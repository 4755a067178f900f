import { asTreeCid, cidText, type TreeCid } from '../codec/cid.ts'
import type { BlockSet } from '../codec/block-set.ts'
import type { BlockPresence, WantListEntry } from '../codec/message.ts'
import { QuireError } from '../errors.ts'
import type { BlockStore } from '../store/block-store.ts'
import { MAX_SCAN_BLOCKS, MAX_WANT_RANGE_BLOCKS, MAX_WANT_TREES } from './limits.ts'

/**
 * What this node has of the blocks that a want list names; an entry of which it has nothing is left out, unless the peer
 * asked for a “don’t have”.
 *
 * At most `MAX_SCAN_BLOCKS` indices of `MAX_WANT_TREES` trees are looked at, over all entries; what lies beyond is not
 * mentioned. As in generation C, `priority`, `cancel` and `full` mean nothing and a range above `MAX_WANT_RANGE_BLOCKS` is
 * ignored.
 */
export async function answerWantList(
  store: Pick<BlockStore, 'presence'>,
  entries: readonly WantListEntry[],
): Promise<BlockPresence[]> {
  const presences: BlockPresence[] = []
  const known = new Map<string, BlockSet | undefined>()
  let scanBudget = MAX_SCAN_BLOCKS
  for (const entry of entries) {
    if (scanBudget === 0) break
    const query = readQuery(entry)
    if (query === undefined) continue
    const key = cidText(query.treeCid)
    if (!known.has(key)) {
      if (known.size >= MAX_WANT_TREES) continue
      known.set(key, await store.presence(query.treeCid))
    }
    const count = Math.min(query.count, scanBudget)
    scanBudget -= count
    const presence = describe(entry, known.get(key), { start: query.start, count })
    if (presence !== undefined) presences.push(presence)
  }
  return presences
}

function describe(
  entry: WantListEntry,
  blocks: BlockSet | undefined,
  window: { start: number; count: number },
): BlockPresence | undefined {
  const { address, downloadId } = entry
  const found = blocks === undefined ? [] : [...blocks.ranges(window.start, window.start + window.count)]
  if (found.length > 0) {
    const ranges = found.map(({ start, count }) => ({ start: BigInt(start), count: BigInt(count) }))
    return { address, kind: 'have-range', ranges, downloadId }
  }
  return entry.sendDontHave ? { address, kind: 'dont-have', ranges: [], downloadId } : undefined
}

function readQuery(entry: WantListEntry): { treeCid: TreeCid; start: number; count: number } | undefined {
  const { rangeCount, address } = entry
  if (rangeCount > BigInt(MAX_WANT_RANGE_BLOCKS) || address.index > BigInt(Number.MAX_SAFE_INTEGER)) return undefined
  const treeCid = treeOf(address.treeCid)
  if (treeCid === undefined) return undefined
  return { treeCid, start: Number(address.index), count: Math.max(1, Number(rangeCount)) }
}

/** A CID of a message as a tree CID; undefined for one of another codec, which names nothing that is kept here. */
export function treeOf(cid: Parameters<typeof asTreeCid>[0]): TreeCid | undefined {
  try {
    return asTreeCid(cid)
  } catch (error) {
    if (error instanceof QuireError) return undefined
    throw error
  }
}
