/**
 * Who holds what, as a keeper tells it: of the records of its DHT those that still count, the newest first.
 *
 *   kad-dht ── records of one key? ──▶ fresh ──▶ datastore
 *
 * kad-dht frees old records by a timer, which stands still while a machine sleeps, and tells of all that are there in the order
 * of their peer ids: whoever left a day ago stands before those who are there, and an asker dials twenty at most. After six
 * hours without a sign libp2p has forgotten the holder, and the whole answer fails. A page that was closed cannot be reached
 * from that moment on: whoever asks would dial each of them in vain.
 */
import type { KadDHTComponents } from '@libp2p/kad-dht'

type Datastore = KadDHTComponents['datastore']
type Query = Datastore['query']
type Entry = Awaited<ReturnType<Query>> extends AsyncIterable<infer T> | Iterable<infer T> ? T : never

export interface FreshRecordsInit {
  readonly validityMs: number
  /** Its own records count whatever their age: it is told again of what it holds after a sleep, and holds it. */
  readonly self: string
  /** Whether there is a way to a peer, as far as libp2p knows. */
  readonly hasWay: (peer: string) => Promise<boolean>
  readonly nowMs?: () => number
}

// “/dht/provider/<key>/<peer>”: a question for one key. The one for all of them is kad-dht’s own cleaning.
const RECORDS_OF_A_KEY = /^\/dht\/provider\/[^/]+$/

/** A datastore whose answers about one key are as above; all else is as it was. */
export function freshRecords(datastore: Datastore, init: FreshRecordsInit): Datastore {
  const query: Query = (asked, options) => {
    const found = datastore.query(asked, options)
    return RECORDS_OF_A_KEY.test(asked.prefix ?? '') ? freshOf(found, init) : found
  }
  return new Proxy(datastore, {
    get(target, name) {
      if (name === 'query') return query
      const value: unknown = Reflect.get(target, name)
      return typeof value === 'function' ? value.bind(target) : value
    },
  })
}

async function* freshOf(found: AsyncIterable<Entry> | Iterable<Entry>, init: FreshRecordsInit): AsyncGenerator<Entry> {
  const oldestMs = (init.nowMs ?? Date.now)() - init.validityMs
  const fresh: { entry: Entry; atMs: number }[] = []
  for await (const entry of found) {
    const peer = entry.key.toString().split('/').at(-1) ?? ''
    const atMs = timeOf(entry.value)
    if (peer === init.self) fresh.push({ entry, atMs: Infinity })
    else if (atMs >= oldestMs && (await init.hasWay(peer))) fresh.push({ entry, atMs })
  }
  for (const { entry } of fresh.toSorted((a, b) => b.atMs - a.atMs)) yield entry
}

/** A varint, in milliseconds since 1970. Source: kad-dht, `readProviderTime`. */
function timeOf(bytes: Uint8Array): number {
  let ms = 0
  for (const [at, byte] of bytes.entries()) ms += (byte & 0x7f) * 2 ** (7 * at)
  return ms
}
