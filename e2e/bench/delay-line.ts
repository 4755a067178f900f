/**
 * A line of a given length in user space, for machines whose kernel has no netem.
 *
 *   page A ──▶ port of B ─┐                       ┌─▶ page B      a port for each destination; what comes in at it is
 *                         ├─ loss, queue, delay ──┤               sent on from the port of the one who sent it, as two
 *   page A ◀── port of A ─┘                       └── page B      NATs would, so that answers take the line, too
 *
 * The pages never learn each other’s real addresses (`pages/through-line.ts`), so every pair that ICE tries takes it.
 */
import { createSocket, type RemoteInfo, type Socket } from 'node:dgram'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { SeededRandom } from '../swarm/seeded-random.ts'
import { DelayQueue } from './delay-queue.ts'

export interface LineInit {
  /** Half of the round trip. */
  readonly oneWayMs: number
  /** The part of the packets that is lost, 0 to 1. */
  readonly loss: number
  readonly seed: number
}

export interface LineStats {
  readonly packets: number
  /** Lost on purpose. */
  readonly lost: number
  /** Lost because the line itself was too slow; a figure with many of these says nothing about the pages. */
  readonly overflowed: number
}

interface Packet {
  readonly bytes: Uint8Array
  readonly from: Socket
  readonly to: Endpoint
}

interface Endpoint {
  readonly address: string
  readonly port: number
}

/** As much as the kernel gives (`net.core.rmem_max`); it takes less without a word. */
const SOCKET_BUFFER_BYTES = 4 * 1024 * 1024
/** Timers are exact to a millisecond; without this packets would on average be half of one late. */
const EARLY_MS = 0.5

export class DelayLine {
  readonly #queue = new DelayQueue<Packet>()
  readonly #ports = new Map<string, Promise<Socket>>()
  readonly #ready = new Map<string, Socket>()
  #init: LineInit
  #random: SeededRandom
  #timer: NodeJS.Timeout | undefined
  #packets = 0
  #lost = 0
  #failed = 0

  constructor(init: LineInit) {
    this.#init = init
    this.#random = new SeededRandom(init.seed)
  }

  /** Changes length and loss for what comes from now on. */
  configure(init: LineInit): void {
    this.#init = init
    this.#random = new SeededRandom(init.seed)
  }

  /** The port, on the same address, that stands for a destination. */
  async portFor(destination: Endpoint): Promise<number> {
    return (await this.#socketFor(destination)).address().port
  }

  async stats(): Promise<LineStats> {
    const overflowed = this.#queue.dropped + this.#failed + (await this.#droppedByKernel())
    return { packets: this.#packets, lost: this.#lost, overflowed }
  }

  async stop(): Promise<void> {
    clearTimeout(this.#timer)
    const sockets = await Promise.all(this.#ports.values())
    for (const socket of sockets) socket.close()
  }

  #socketFor(destination: Endpoint): Promise<Socket> {
    const key = keyOf(destination)
    const known = this.#ports.get(key)
    if (known !== undefined) return known
    const made = this.#open(destination)
    this.#ports.set(key, made)
    return made
  }

  async #open(destination: Endpoint): Promise<Socket> {
    const socket = createSocket({
      type: 'udp4',
      recvBufferSize: SOCKET_BUFFER_BYTES,
      sendBufferSize: SOCKET_BUFFER_BYTES,
      // Only numbers are sent to; the usual look-up would cost each packet a turn of the event loop.
      lookup: (host, _options, callback) => callback(null, host, 4),
    })
    socket.on('message', (bytes, sender) => this.#receive(bytes, sender, destination))
    // A page that is gone answers with “refused”; so does a wire with silence.
    socket.on('error', () => (this.#failed += 1))
    // Asked for first: with a look-up that answers at once, it listens before `bind` returns.
    const listening = once(socket, 'listening')
    socket.bind(0, destination.address)
    await listening
    this.#ready.set(keyOf(destination), socket)
    return socket
  }

  #receive(bytes: Uint8Array, sender: RemoteInfo, to: Endpoint): void {
    const { loss, oneWayMs } = this.#init
    this.#packets += 1
    if (loss > 0 && this.#random.next() < loss) {
      this.#lost += 1
      return
    }
    const from = this.#ready.get(keyOf(sender))
    if (from === undefined) {
      // The first packet of a port that the other side was never told of. ICE sends it again.
      void this.#socketFor({ address: sender.address, port: sender.port })
      return
    }
    if (oneWayMs === 0) {
      from.send(bytes, to.port, to.address)
      return
    }
    this.#queue.push({ bytes, from, to }, { sizeBytes: bytes.byteLength, dueMs: performance.now() + oneWayMs })
    this.#arm()
  }

  #arm(): void {
    const dueMs = this.#queue.nextDueMs
    if (this.#timer !== undefined || dueMs === undefined) return
    this.#timer = setTimeout(() => this.#deliver(), Math.max(0, dueMs - EARLY_MS - performance.now()))
  }

  #deliver(): void {
    this.#timer = undefined
    for (const { bytes, from, to } of this.#queue.takeDue(performance.now() + EARLY_MS)) {
      from.send(bytes, to.port, to.address)
    }
    this.#arm()
  }

  /** Where the kernel counts what it dropped as a socket’s buffer was full; 0 on systems that do not say. */
  async #droppedByKernel(): Promise<number> {
    const text = await readFile('/proc/net/udp', 'utf8').catch(() => '')
    const ours = new Set(Array.from(this.#ready.values(), (socket) => socket.address().port))
    let dropped = 0
    for (const line of text.split('\n').slice(1)) {
      const fields = line.trim().split(/\s+/)
      const port = Number.parseInt(fields[1]?.split(':')[1] ?? '', 16)
      if (ours.has(port)) dropped += Number(fields[12] ?? 0)
    }
    return dropped
  }
}

function keyOf({ address, port }: Endpoint): string {
  return `${address}:${port}`
}
