import type { KvReader } from '../../store/kv.ts'
import { type LiveTable, partsOfKey } from './live-keys.ts'

/** Envelopes have up to a mebibyte each. */
export const READ_AT_A_TIME = 8

interface ReadEnvelope {
  readonly id: Uint8Array
  readonly atMs: number
  readonly envelope: Uint8Array
}

/** As many of them as fit into `maxBytes`, one at least. */
export async function readEnvelopes(
  tx: KvReader<LiveTable>,
  keys: readonly Uint8Array[],
  maxBytes: number,
): Promise<ReadEnvelope[]> {
  const envelopes: ReadEnvelope[] = []
  let leftBytes = maxBytes
  for (let from = 0; from < keys.length; from += READ_AT_A_TIME) {
    const some = keys.slice(from, from + READ_AT_A_TIME)
    const found = await Promise.all(some.map((key) => tx.get('envelopes', key)))
    for (const [at, key] of some.entries()) {
      const envelope = found[at]
      if (envelope === undefined) continue
      if (envelopes.length > 0 && envelope.byteLength > leftBytes) return envelopes
      leftBytes -= envelope.byteLength
      envelopes.push({ ...partsOfKey(key), envelope })
    }
  }
  return envelopes
}
