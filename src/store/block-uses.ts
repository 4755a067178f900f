/**
 * How often each block is used: once for each place (tree, index) where it is present.
 *
 * `refs` has an entry only for blocks with more than one use, so a new block costs one look and one write.
 */
import { type Kv, type KvReader, type KvWriter, textOfKey } from './kv.ts'
import { type Totals, decodeTotals, decodeUint32, encodeTotals, encodeUint32 } from './records.ts'

const TOTALS_KEY = new TextEncoder().encode('totals')

export interface BlockBytes {
  /** SHA-256 of `bytes`. */
  readonly digest: Uint8Array
  readonly bytes: Uint8Array
}

export async function readTotals(tx: KvReader): Promise<Totals> {
  const bytes = await tx.get('meta', TOTALS_KEY)
  return bytes === undefined ? { usedBytes: 0, blockCount: 0 } : decodeTotals(bytes)
}

export function writeTotals(tx: KvWriter, totals: Totals): void {
  tx.put('meta', TOTALS_KEY, encodeTotals(totals))
}

/** Makes what was written before survive a power cut. Errors: those of `Kv.write`. */
export async function syncKv(kv: Kv): Promise<void> {
  // A durable write takes all before it to the disk, and one of nothing would be left out.
  await kv.write(async (tx) => writeTotals(tx, await readTotals(tx)), { isDurable: true })
}

/** What the tables said of some blocks before a change. */
export interface KnownUses {
  readonly totals: Totals
  /** By `textOfKey` of the digest; 0 for a block that is not here. */
  readonly counts: ReadonlyMap<string, number>
}

/** Everything that `addUses` has to know, asked for at once. */
export async function readUses(tx: KvReader, digests: readonly Uint8Array[]): Promise<KnownUses> {
  const counts = new Map<string, number>()
  const look = async (digest: Uint8Array): Promise<void> => {
    counts.set(textOfKey(digest), (await tx.has('blocks', digest)) ? await usesOf(tx, digest) : 0)
  }
  const [totals] = await Promise.all([readTotals(tx), ...digests.map(look)])
  return { totals, counts }
}

/**
 * Adds one use for each entry, stores the blocks that are new, and gives the new totals, already written.
 *
 * `known` must be what the tables say now.
 */
export function addUses(tx: KvWriter, blocks: readonly BlockBytes[], known: KnownUses): Totals {
  let { usedBytes, blockCount } = known.totals
  for (const { item, uses } of countUses(blocks)) {
    const before = known.counts.get(textOfKey(item.digest)) ?? 0
    if (before === 0) {
      tx.put('blocks', item.digest, item.bytes)
      usedBytes += item.bytes.byteLength
      blockCount++
    }
    if (before + uses > 1) tx.put('refs', item.digest, encodeUint32(before + uses))
  }
  writeTotals(tx, { usedBytes, blockCount })
  return { usedBytes, blockCount }
}

/** Takes one use away for each digest, and the blocks that nothing uses any more. */
export async function releaseUses(tx: KvWriter, digests: readonly Uint8Array[], blockSizeBytes: number): Promise<void> {
  if (digests.length === 0) return
  const distinct = countUses(digests.map((digest) => ({ digest })))
  const [totals, counts] = await Promise.all([
    readTotals(tx),
    Promise.all(distinct.map(({ item }) => usesOf(tx, item.digest))),
  ])
  let { usedBytes, blockCount } = totals
  for (const [i, { item, uses }] of distinct.entries()) {
    const left = (counts[i] ?? 0) - uses
    if (left > 1) {
      tx.put('refs', item.digest, encodeUint32(left))
      continue
    }
    if (left + uses > 1) tx.delete('refs', item.digest)
    if (left > 0) continue
    tx.delete('blocks', item.digest)
    usedBytes -= blockSizeBytes
    blockCount--
  }
  writeTotals(tx, { usedBytes, blockCount })
}

/** Of a block that is present. */
async function usesOf(tx: KvReader, digest: Uint8Array): Promise<number> {
  const count = await tx.get('refs', digest)
  return count === undefined ? 1 : decodeUint32(count)
}

function countUses<T extends { readonly digest: Uint8Array }>(items: readonly T[]): { item: T; uses: number }[] {
  const byDigest = new Map<string, { item: T; uses: number }>()
  for (const item of items) {
    const text = textOfKey(item.digest)
    const seen = byDigest.get(text)
    if (seen === undefined) byDigest.set(text, { item, uses: 1 })
    else seen.uses++
  }
  return [...byDigest.values()]
}
