/**
 * Carries packets of a TUN device over a long and lossy line: each that the kernel sends into the device comes out of it
 * again some time later, or never.
 *
 *   argv: half of the round trip in ms, part that is lost, file descriptor of the device
 */
import { read, writeSync } from 'node:fs'
import { DelayQueue } from '../bench/delay-queue.ts'
import { SeededRandom } from '../swarm/seeded-random.ts'

/** Timers are exact to a millisecond; without this packets would on average be half of one late. */
const EARLY_MS = 0.5
const MAX_PACKET_BYTES = 65_536

const [oneWayMs = 0, loss = 0, device = 0] = process.argv.slice(2).map(Number)
const queue = new DelayQueue<Uint8Array>()
const random = new SeededRandom(1)
const buffer = Buffer.alloc(MAX_PACKET_BYTES)
let timer: NodeJS.Timeout | undefined

// The harness is gone, however it ended. Killed, as a read of the device that nothing ends would hold up an exit.
process.stdin.on('end', () => process.kill(process.pid, 'SIGKILL')).resume()
takeNext()
process.stdout.write('ready\n')

/** One at a time, so that none overtakes another. */
function takeNext(): void {
  read(device, buffer, 0, MAX_PACKET_BYTES, null, (error, sizeBytes) => {
    if (error !== null) throw error
    if (random.next() >= loss) {
      queue.push(Uint8Array.from(buffer.subarray(0, sizeBytes)), { sizeBytes, dueMs: performance.now() + oneWayMs })
      arm()
    }
    takeNext()
  })
}

function arm(): void {
  const dueMs = queue.nextDueMs
  if (timer !== undefined || dueMs === undefined) return
  timer = setTimeout(deliver, Math.max(0, dueMs - EARLY_MS - performance.now()))
}

function deliver(): void {
  timer = undefined
  for (const packet of queue.takeDue(performance.now() + EARLY_MS)) writeSync(device, packet)
  arm()
}
