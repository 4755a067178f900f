/** The node’s worker, which tells the tabs of its origin how many verified blocks have come: whoever ends it cannot ask it. */
import { PeerBook, type PeerCounters } from '../../../src/exchange/peer-counters.ts'
import '../../../workers/node.worker.ts'
import { ARRIVALS, type Arrivals } from './arrivals.ts'

const worker = crypto.randomUUID()
const channel = new BroadcastChannel(ARRIVALS)
const counted = new WeakSet<PeerCounters>()
// oxlint-disable-next-line typescript/unbound-method -- called with its own `this` below
const { of } = PeerBook.prototype
let blocks = 0

PeerBook.prototype.of = function (peer) {
  const counters = of.call(this, peer)
  if (!counted.has(counters)) countArrivals(counters)
  return counters
}

function countArrivals(counters: PeerCounters): void {
  counted.add(counters)
  let { receivedBlocks } = counters
  Object.defineProperty(counters, 'receivedBlocks', {
    enumerable: true,
    get: () => receivedBlocks,
    set(count: number) {
      blocks += count - receivedBlocks
      receivedBlocks = count
      channel.postMessage({ worker, blocks, atMs: Date.now() } satisfies Arrivals)
    },
  })
}
