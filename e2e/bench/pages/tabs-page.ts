/** One of several tabs of Quire’s origin, as the app opens its node; only the view is left out. */
import type { NodeApi, TransferView } from '../../../src/rpc/api.ts'
import { OriginNode } from '../../../src/tabs/origin-node.ts'
import { serveWebRtc } from '../../../src/webrtc/page.ts'
import { ARRIVALS, type Arrivals } from './arrivals.ts'

declare global {
  // A property of the page’s global object can be declared only this way.
  var tab: TabProbe
}

/** What the measure of hand-overs asks of a tab. */
export interface TabProbe {
  /** Resolves when a node runs, here or in another tab, and others can reach it. */
  readonly ready: Promise<void>
  /** Begins a fetch, which outlives this tab. */
  readonly fetch: (ticket: string) => Promise<void>
  /** Resolves when so many bytes are here. */
  readonly untilDone: (doneBytes: number) => Promise<void>
  /** As told last. */
  readonly doneBytes: () => number
  /** From now on; `handOver` resolves when the next node has fetched something. */
  readonly followHandOver: () => void
  readonly handOver: () => Promise<HandOver>
  /** Verified blocks that came to the nodes of all tabs since this one was opened: by worker, the one that runs now last. */
  readonly arrivedBlocks: () => readonly number[]
  /** Drops what was fetched. */
  readonly forget: () => Promise<void>
}

export interface HandOver {
  /** When the next node was there for this tab; `Date.now`, as all times. */
  readonly answersAtMs: number
  /** When its first block had come, and when this tab was told of it. */
  readonly cameAtMs: number
  readonly toldAtMs: number
  /** What the next node began with. */
  readonly continuedFromBytes: number
}

const originNode = new OriginNode({
  createWorker: () => new Worker(new URL('./tabs.worker.ts', import.meta.url), { type: 'module' }),
  serveWebRtc,
  isSecure: isSecureContext,
})

let doneBytes = 0
let fetchedAtMs = 0
const listeners = new Set<() => void>()
const arrived = new Map<string, number>()
new BroadcastChannel(ARRIVALS).addEventListener('message', ({ data }: MessageEvent<Arrivals>) => {
  if (leaderAtMs !== 0 && !arrived.has(data.worker)) cameAtMs = data.atMs
  arrived.set(data.worker, data.blocks)
})
let [handOver, leaderAtMs, cameAtMs] = [Promise.withResolvers<HandOver>(), 0, 0]

function follow({ doneBytes: doneNow, continuedFromBytes }: TransferView): void {
  doneBytes = doneNow
  for (const listener of listeners) listener()
  if (cameAtMs === 0 || continuedFromBytes === undefined || doneNow <= continuedFromBytes) return
  handOver.resolve({ answersAtMs: leaderAtMs, cameAtMs, toldAtMs: Date.now(), continuedFromBytes })
}

async function open(): Promise<NodeApi> {
  const node = await originNode.open()
  const reachable = Promise.withResolvers<void>()
  await node.watch((event) => {
    if (event.type === 'status' && event.status.reachability.state === 'reachable') reachable.resolve()
    // What is told of the fetch before says nothing of this one.
    if (event.type === 'transfer' && event.transfer.startedAtMs >= fetchedAtMs) follow(event.transfer)
  })
  await reachable.promise
  return node
}

const opening = open()

globalThis.tab = {
  ready: opening.then(() => undefined),
  async fetch(ticket) {
    const node = await opening
    fetchedAtMs = Date.now()
    doneBytes = 0
    // It ends with this tab, or is told by the transfer.
    node.fetch(ticket).catch(() => undefined)
  },
  untilDone: (wanted) =>
    new Promise((resolve) => {
      const check = (): void => {
        if (doneBytes < wanted) return
        listeners.delete(check)
        resolve()
      }
      listeners.add(check)
      check()
    }),
  doneBytes: () => doneBytes,
  followHandOver() {
    handOver = Promise.withResolvers()
    leaderAtMs = 0
    cameAtMs = 0
    const unfollow = originNode.onRole((role) => {
      if (role !== 'leader') return
      unfollow()
      leaderAtMs = Date.now()
    })
  },
  handOver: () => handOver.promise,
  arrivedBlocks: () => [...arrived.values()],
  async forget() {
    const node = await opening
    for (const { cid } of await node.list()) await node.delete(cid)
  },
}
