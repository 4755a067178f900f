/**
 * A tab’s worker with a real lock and a double of the node, which says on a channel that it runs, again and again.
 *
 * Its peer id is its own, so that a test sees who answers; `fetch` takes a while, `stream` gives a byte at a time.
 */
import { NodeLock } from '../../node/node-lock.ts'
import { serveWorker } from '../../rpc/server.ts'
import { DATASET, ServedNodeDouble } from '../../rpc/testing/served-node-double.ts'
import { QuireError } from '../../errors.ts'

declare const self: DedicatedWorkerGlobalScope

const BEAT_MS = 10
const FETCH_MS = 400
const CONTENT_BYTES = 60
const id = crypto.randomUUID()

class TabNode extends ServedNodeDouble {
  constructor() {
    super()
    const { status } = this
    this.status = async () => ({ ...(await status()), peerId: id })
    this.manifest = async () => ({ ...DATASET, sizeBytes: CONTENT_BYTES })
    this.onFetch = async () => {
      await pause(FETCH_MS)
      return { ...DATASET, name: id }
    }
    this.stream = async (_link: string, options?: object) => contentFrom(startOf(options))
  }
}

serveWorker(self, {
  webRtcPort: new MessageChannel().port1,
  start: async ({ steal, lockName = 'test', onElected, onLost }) => {
    const lock = new NodeLock({ name: lockName })
    const beats = new BroadcastChannel(`${lockName}-beats`)
    const lost = new AbortController()
    const lose = (): void => {
      lost.abort()
      onLost(new QuireError('ERR_NODE_MOVED', 'Taken over.'))
    }
    await lock.acquire({ steal, onLost: lose })
    onElected()
    beats.postMessage(id)
    const beating = setInterval(() => beats.postMessage(id), BEAT_MS)
    lost.signal.addEventListener('abort', () => clearInterval(beating))
    return new TabNode()
  },
})

function contentFrom(start: number): ReadableStream<Uint8Array<ArrayBuffer>> {
  let next = start
  return new ReadableStream(
    {
      pull: async (controller) => {
        if (next >= CONTENT_BYTES) return controller.close()
        await pause(BEAT_MS)
        controller.enqueue(Uint8Array.of(next++))
      },
    },
    { highWaterMark: 0 },
  )
}

function startOf(options: object | undefined): number {
  if (options === undefined || !('range' in options) || typeof options.range !== 'object' || options.range === null)
    return 0
  return 'startByte' in options.range ? Number(options.range.startByte) : 0
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}
