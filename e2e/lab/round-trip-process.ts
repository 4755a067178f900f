/**
 * Measures the way to a reflector.
 *
 *   argv: its address      → one line: `RoundTrips`
 */
import { createSocket } from 'node:dgram'
import { REFLECTOR_PORTS, type Reflection } from './reflection.ts'

export interface RoundTrips {
  readonly medianMs: number
  /** The part of the questions that found no answer. */
  readonly lost: number
}

const COUNT = 1_000
const EVERY_MS = 3
const LAST_MS = 1_000

const [address = ''] = process.argv.slice(2)
const sentMs = new Map<number, number>()
const tripsMs: number[] = []
const socket = createSocket('udp4')

socket.on('message', (bytes) => {
  // Nobody else is in this network.
  const { id } = JSON.parse(bytes.toString()) as Reflection
  const startedMs = sentMs.get(id)
  if (startedMs !== undefined) tripsMs.push(performance.now() - startedMs)
})

const timer = setInterval(() => {
  const id = sentMs.size
  sentMs.set(id, performance.now())
  socket.send(JSON.stringify({ id }), REFLECTOR_PORTS[0], address)
  if (sentMs.size < COUNT) return
  clearInterval(timer)
  setTimeout(report, LAST_MS)
}, EVERY_MS)

function report(): void {
  tripsMs.sort((a, b) => a - b)
  const result: RoundTrips = {
    medianMs: tripsMs[Math.floor(tripsMs.length / 2)] ?? Infinity,
    lost: 1 - tripsMs.length / COUNT,
  }
  process.stdout.write(`${JSON.stringify(result)}\n`)
  socket.close()
}
