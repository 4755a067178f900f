/** Quire as its own page runs it: the node’s worker, IndexedDB, the keeper as relay; only the view is left out. */
import { connectNode, type NodeClient } from '../../../src/rpc/client.ts'
import { serveWebRtc } from '../../../src/webrtc/page.ts'
import type { FetchOptions, FetchResult, SeededContent } from './contestant.ts'
import { piecesOf, seededBlob, sha256HexOf } from './seeded-bytes.ts'

declare global {
  // A property of the page’s global object can be declared only this way.
  var quire: QuireProbe
}

/** What measures of Quire alone ask of its page. */
export interface QuireProbe {
  /** From the call until the first bytes of `sizeBytes` at `startByte` are here, and until all are. */
  readonly read: (ticket: string, range: { startByte: number; sizeBytes: number }) => Promise<ReadTime>
  /** Stores the content; the time is that of the upload alone. */
  readonly upload: (content: SeededContent) => Promise<{ ticket: string; elapsedMs: number }>
  /** Bytes that this node received from all it is connected to. */
  readonly receivedBytes: () => Promise<number>
  readonly debugInfo: () => Promise<string>
  /** Keeps this thread busy for `busyMs` of every `periodMs`, until told to stop. */
  readonly keepBusy: (init: { busyMs: number; periodMs: number }) => () => void
}

export interface ReadTime {
  readonly firstByteMs: number
  readonly elapsedMs: number
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
  const progress = await followFetch(node)
  const startedMs = performance.now()
  const signal = limitMs === undefined ? undefined : AbortSignal.timeout(limitMs)
  try {
    const { sizeBytes, cid } = await node.fetch(ticket, { signal })
    const elapsedMs = performance.now() - startedMs
    return { elapsedMs, firstByteMs: progress.firstByteMs(startedMs), sizeBytes, sha256Hex: await hashOf(node, cid) }
  } catch (error) {
    if (signal?.aborted !== true) throw error
    const elapsedMs = performance.now() - startedMs
    return { elapsedMs, firstByteMs: progress.firstByteMs(startedMs), sizeBytes: progress.doneBytes(), sha256Hex: '' }
  } finally {
    progress.stop()
  }
}

interface Progress {
  firstByteMs(startedMs: number): number
  doneBytes(): number
  stop(): void
}

/** Ten events a second at most, so a first byte is known to a tenth of a second; `read` measures it exactly. */
async function followFetch(node: NodeClient): Promise<Progress> {
  let [atMs, bytes] = [0, 0]
  const stop = await node.watch((event) => {
    if (event.type !== 'transfer' || event.transfer.kind !== 'fetch' || event.transfer.doneBytes === 0) return
    if (event.transfer.phase.state === 'cancelled') return
    if (bytes === 0) atMs = performance.now()
    bytes = event.transfer.doneBytes
  })
  return { firstByteMs: (startedMs) => Math.max(0, atMs - startedMs), doneBytes: () => bytes, stop }
}

async function hashOf(node: NodeClient, cid: string): Promise<string> {
  return sha256HexOf(piecesOf(await node.stream(cid)))
}

async function read(
  ticket: string,
  { startByte, sizeBytes }: { startByte: number; sizeBytes: number },
): Promise<ReadTime> {
  const node = await connecting
  const startedMs = performance.now()
  let [firstByteMs, bytes] = [0, 0]
  const stream = await node.stream(ticket, { range: { startByte, endByte: startByte + sizeBytes } })
  for await (const piece of piecesOf(stream)) {
    if (bytes === 0) firstByteMs = performance.now() - startedMs
    bytes += piece.byteLength
  }
  if (bytes !== sizeBytes) throw new Error(`A read of ${sizeBytes} bytes gave ${bytes}.`)
  return { firstByteMs, elapsedMs: performance.now() - startedMs }
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
  async receivedBytes() {
    const { peers } = await (await connecting).status()
    return peers.reduce((sum, peer) => sum + peer.receivedBytes, 0)
  },
  debugInfo: async () => (await connecting).debugInfo(),
  keepBusy({ busyMs, periodMs }) {
    const timer = setInterval(() => {
      const untilMs = performance.now() + busyMs
      while (performance.now() < untilMs);
    }, periodMs)
    return () => clearInterval(timer)
  },
}
