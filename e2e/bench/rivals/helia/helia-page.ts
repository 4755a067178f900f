/**
 * The contestant Helia: `unixfs.addByteStream` offers, `unixfs.cat` fetches.
 *
 *   offer: content → chunks of 1 MiB (the default) → IndexedDB; the ticket names the root, a tiny file and this page
 *   fetch: dial → the tiny file, untimed → cat, timed: each block is checked and stored before it is given → hash
 *
 * Connecting is left out of the time, to Helia’s favour. `cat` runs as it does without options, all blocks of a file
 * wanted at once: 4, 16 and 64 ahead of the reader were no faster.
 */
import { unixfs } from '@helia/unixfs'
import { CID } from 'multiformats/cid'
import {
  type Contestant,
  type FetchOptions,
  type FetchResult,
  readPageConfig,
  type SeededContent,
} from '../../pages/contestant.ts'
import { seededPieces, sha256HexOf } from '../../pages/seeded-bytes.ts'
import { HeliaNode } from './helia-node.ts'

interface Ticket {
  readonly address: string
  readonly root: string
  /** Fetched before the clock runs, so that connecting is not part of the figure. */
  readonly warmUp: string
}

const WARM_UP_BYTES = 64 * 1024

const config = readPageConfig()
let started: Promise<HeliaNode> | undefined

globalThis.contestant = {
  ready: node().then(() => undefined),
  offer,
  fetch,
  async forget() {
    await (await node()).destroy()
    started = undefined
  },
} satisfies Contestant

/** Started when it is needed: one that is started at the end would leave its key and its stores to the next page. */
function node(): Promise<HeliaNode> {
  started ??= HeliaNode.start(config)
  return started
}

async function offer(content: SeededContent): Promise<string> {
  const { helia, address } = await node()
  const files = unixfs(helia)
  const warmUp = await files.addBytes(crypto.getRandomValues(new Uint8Array(WARM_UP_BYTES)))
  const root = await files.addByteStream(seededPieces(content))
  return JSON.stringify({
    address: address.toString(),
    root: root.toString(),
    warmUp: warmUp.toString(),
  } satisfies Ticket)
}

async function fetch(text: string, { limitMs }: FetchOptions = {}): Promise<FetchResult> {
  // Another page of the benchmark wrote it.
  const ticket = JSON.parse(text) as Ticket
  const heliaNode = await node()
  const files = unixfs(heliaNode.helia)
  await heliaNode.connect(ticket.address)
  for await (const _ of files.cat(CID.parse(ticket.warmUp)));
  const root = CID.parse(ticket.root)

  const startedMs = performance.now()
  const limit = new AbortController()
  let [firstByteMs, sizeBytes] = [0, 0]
  try {
    for await (const piece of files.cat(root, { signal: limit.signal })) {
      if (sizeBytes === 0) {
        firstByteMs = performance.now() - startedMs
        if (limitMs !== undefined) setTimeout(() => limit.abort(), limitMs)
      }
      sizeBytes += piece.byteLength
    }
  } catch (cause) {
    if (!limit.signal.aborted) throw cause
    return { elapsedMs: performance.now() - startedMs, firstByteMs, sizeBytes, sha256Hex: '' }
  }
  const elapsedMs = performance.now() - startedMs
  return { elapsedMs, firstByteMs, sizeBytes, sha256Hex: await sha256HexOf(files.cat(root, { offline: true })) }
}
