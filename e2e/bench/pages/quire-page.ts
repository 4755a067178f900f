/** Quire as its own page runs it: the node’s worker, IndexedDB, the keeper as relay; only the view is left out. */
import { connectNode, type NodeClient } from '../../../src/rpc/client.ts'
import { serveWebRtc } from '../../../src/webrtc/page.ts'
import type { Job } from '../store/bench.worker.ts'
import type { Sample } from '../store/sample.ts'
import type { FetchOptions, FetchResult, SeededContent } from './contestant.ts'
import { piecesOf, seededBlob, sha256HexOf } from './seeded-bytes.ts'

declare global {
  // A property of the page’s global object can be declared only this way.
  var quire: QuireProbe
}

/** What measures of Quire alone ask of its page. */
export interface QuireProbe {
  /** Reads `sizeBytes` at `startByte`; the time is that from the call until the first bytes are here. */
  readonly read: (ticket: string, range: ReadRange) => Promise<{ firstByteMs: number }>
  /** Stores the content; the time is that of the upload alone. */
  readonly upload: (content: SeededContent) => Promise<{ ticket: string; elapsedMs: number }>
  readonly debugInfo: () => Promise<string>
  /** Keeps this thread busy for `busyMs` of every `periodMs`, as long as the page lives. */
  readonly keepBusy: (init: { busyMs: number; periodMs: number }) => void
  /** Plain writes to IndexedDB by a worker, MB/s. */
  readonly writeIndexedDb: (init: { sizeBytes: number; perTransaction: number }) => Promise<number>
}

interface ReadRange {
  readonly startByte: number
  readonly sizeBytes: number
}

const worker = new Worker(new URL('../../../workers/node.worker.ts', import.meta.url), { type: 'module' })
const connecting = connectNode(worker, { onWebRtcPort: (port) => void serveWebRtc(port) })

async function untilReachable(): Promise<void> {
  const node = await connecting
  const reachable = Promise.withResolvers<void>()
  const stop = await node.watch((event) => {
    if (event.type === 'status' && event.status.reachability.state === 'reachable') reachable.resolve()
  })
  await reachable.promise
  stop()
}

async function upload(content: SeededContent): Promise<{ ticket: string; elapsedMs: number }> {
  const node = await connecting
  const blob = seededBlob(content)
  const startedMs = performance.now()
  const { cid } = await node.upload(blob, { name: `bench-${content.seed}.bin` })
  const elapsedMs = performance.now() - startedMs
  return { ticket: await node.shareLink(cid, location.href), elapsedMs }
}

async function fetchContent(ticket: string, { limitMs }: FetchOptions = {}): Promise<FetchResult> {
  const node = await connecting
  const limit = new AbortController()
  const startedMs = performance.now()
  const progress = await followFetch(node, () => {
    if (limitMs !== undefined) setTimeout(() => limit.abort(), limitMs)
  })
  try {
    const { sizeBytes, cid } = await node.fetch(ticket, { signal: limit.signal })
    const elapsedMs = performance.now() - startedMs
    return { elapsedMs, firstByteMs: progress.firstAtMs() - startedMs, sizeBytes, sha256Hex: await hashOf(node, cid) }
  } catch (error) {
    if (!limit.signal.aborted) throw error
    // Cut: the last event that told of progress ends the time, as the last piece does elsewhere.
    return {
      elapsedMs: progress.lastAtMs() - startedMs,
      firstByteMs: progress.firstAtMs() - startedMs,
      sizeBytes: progress.bytesSinceFirst(),
      sha256Hex: '',
    }
  } finally {
    progress.stop()
  }
}

interface Progress {
  firstAtMs(): number
  lastAtMs(): number
  /** What came after the first event of progress, so that a rate over the time between the two is not too high. */
  bytesSinceFirst(): number
  stop(): void
}

/** Ten events a second at most, so a first byte is known to a tenth of a second; `read` measures it exactly. */
async function followFetch(node: NodeClient, onFirst: () => void): Promise<Progress> {
  let [firstAtMs, lastAtMs, firstBytes, bytes] = [0, 0, 0, 0]
  const stop = await node.watch((event) => {
    if (event.type !== 'transfer' || event.transfer.kind !== 'fetch') return
    const { doneBytes, phase } = event.transfer
    if (doneBytes <= bytes || phase.state === 'cancelled') return
    lastAtMs = performance.now()
    bytes = doneBytes
    if (firstAtMs > 0) return
    firstAtMs = lastAtMs
    firstBytes = doneBytes
    onFirst()
  })
  return {
    // A small content is complete before an event tells of its first byte.
    firstAtMs: () => (firstAtMs === 0 ? performance.now() : firstAtMs),
    lastAtMs: () => lastAtMs,
    bytesSinceFirst: () => bytes - firstBytes,
    stop,
  }
}

async function hashOf(node: NodeClient, cid: string): Promise<string> {
  return sha256HexOf(piecesOf(await node.stream(cid)))
}

async function read(ticket: string, { startByte, sizeBytes }: ReadRange): Promise<{ firstByteMs: number }> {
  const node = await connecting
  const startedMs = performance.now()
  let [firstByteMs, bytes] = [0, 0]
  const stream = await node.stream(ticket, { range: { startByte, endByte: startByte + sizeBytes } })
  for await (const piece of piecesOf(stream)) {
    if (bytes === 0) firstByteMs = performance.now() - startedMs
    bytes += piece.byteLength
  }
  if (bytes !== sizeBytes) throw new Error(`A read of ${sizeBytes} bytes gave ${bytes}.`)
  return { firstByteMs }
}

async function forget(): Promise<void> {
  const node = await connecting
  for (const { cid } of await node.list()) await node.delete(cid)
}

globalThis.contestant = {
  ready: untilReachable(),
  offer: async (content) => (await upload(content)).ticket,
  fetch: fetchContent,
  forget,
}

globalThis.quire = {
  read,
  upload,
  debugInfo: async () => (await connecting).debugInfo(),
  keepBusy({ busyMs, periodMs }) {
    setInterval(() => {
      const untilMs = performance.now() + busyMs
      while (performance.now() < untilMs);
    }, periodMs)
  },
  async writeIndexedDb({ sizeBytes, perTransaction }) {
    const writer = new Worker(new URL('../store/bench.worker.ts', import.meta.url), { type: 'module' })
    const job: Job = {
      kind: 'raw-put',
      blockCount: Math.ceil(sizeBytes / 65_536),
      perTransaction,
      durability: 'relaxed',
      parallel: 1,
      cutBytes: 0,
    }
    const answer = new Promise<{ sample?: Sample; error?: string }>((resolve) => {
      writer.addEventListener('message', ({ data }: MessageEvent<{ sample?: Sample; error?: string }>) => resolve(data))
    })
    writer.postMessage(job)
    const { sample, error } = await answer
    writer.terminate()
    if (sample === undefined) throw new Error(error)
    return sample.bytes / 1000 / sample.ms
  },
}
