/**
 * Finds out, from where it runs, how UDP is translated and filtered on the way to a reflector.
 *
 *   argv: two addresses of the reflector      → one line: `{ udp: UdpBehaviour | undefined }`
 */
import { createSocket, type Socket } from 'node:dgram'
import { isIPv6 } from 'node:net'
import { networkInterfaces } from 'node:os'
import type { Filtering, Mapping, UdpBehaviour } from './network-kinds.ts'
import { type Endpoint, type Question, REFLECTOR_PORTS, type Reflection } from './reflection.ts'

const ATTEMPTS = 4
const ATTEMPT_MS = 700
/** More routers than any network here has. */
const MAX_ROUTERS = 4
/** A packet lives for one hop in the middle of the internet, and for one to its end. */
const HOPS_OUTSIDE = 2

const [near = '', far = ''] = process.argv.slice(2)
const [port, otherPort] = REFLECTOR_PORTS
let nextId = 1

class Prober {
  readonly #socket: Socket
  readonly #heard = new Map<number, Endpoint>()
  readonly #waiting = new Map<number, () => void>()

  private constructor(socket: Socket) {
    this.#socket = socket
    socket.on('message', (bytes) => {
      // Nobody else is in this network.
      const { id, seen } = JSON.parse(bytes.toString()) as Reflection
      this.#heard.set(id, seen)
      this.#waiting.get(id)?.()
    })
    // “Port unreachable”, from whoever sends such a thing.
    socket.on('error', () => undefined)
  }

  static async open(): Promise<Prober> {
    const socket = createSocket(isIPv6(near) ? 'udp6' : 'udp4')
    await new Promise<void>((resolve) => socket.bind(0, resolve))
    return new Prober(socket)
  }

  get localPort(): number {
    return this.#socket.address().port
  }

  /** Undefined where no answer came. */
  async ask(to: Endpoint): Promise<Endpoint | undefined> {
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      const id = nextId++
      const answered = new Promise<void>((resolve) => this.#waiting.set(id, resolve))
      this.#send({ id }, to)
      await Promise.race([answered, new Promise((resolve) => setTimeout(resolve, ATTEMPT_MS))])
      const seen = this.#heard.get(id)
      if (seen !== undefined) return seen
    }
    return undefined
  }

  /** Of the packets that it sends from now on. */
  limitHops(hops: number): void {
    this.#socket.setTTL(hops)
  }

  /** Whether an answer comes in from an endpoint that nothing was sent to. */
  async hearsFrom(replyFrom: Endpoint): Promise<boolean> {
    const id = nextId++
    const to = { address: near, port }
    this.#send({ id, replyFrom }, to)
    // Takes the same way behind it: once this answer is here, the other one is, too, or never comes.
    await this.ask(to)
    return this.#heard.has(id)
  }

  close(): void {
    this.#socket.close()
  }

  #send(question: Question, { address, port }: Endpoint): void {
    this.#socket.send(JSON.stringify(question), port, address)
  }
}

async function findFiltering(mapping: Mapping): Promise<Filtering> {
  // A socket that has asked in one place only.
  const prober = await Prober.open()
  try {
    await prober.ask({ address: near, port })
    if (await prober.hearsFrom({ address: far, port })) return mapping === 'none' ? 'none' : 'endpoint-independent'
    if (await prober.hearsFrom({ address: near, port: otherPort })) return 'address-dependent'
    return 'address-and-port-dependent'
  } finally {
    prober.close()
  }
}

async function findMapping(): Promise<Mapping | undefined> {
  const prober = await Prober.open()
  try {
    const first = await prober.ask({ address: near, port })
    if (first === undefined) return undefined
    const others = [await prober.ask({ address: near, port: otherPort }), await prober.ask({ address: far, port })]
    const isOwn = ownAddresses().has(first.address) && first.port === prober.localPort
    if (others.some((seen) => seen?.address !== first.address || seen.port !== first.port)) return 'endpoint-dependent'
    return isOwn ? 'none' : 'endpoint-independent'
  } finally {
    prober.close()
  }
}

/** By the shortest life with which a question still gets an answer. */
async function countRouters(): Promise<number> {
  const prober = await Prober.open()
  try {
    let routers = MAX_ROUTERS
    for (; routers > 0; routers--) {
      prober.limitHops(routers - 1 + HOPS_OUTSIDE)
      if ((await prober.ask({ address: near, port })) === undefined) break
    }
    return routers
  } finally {
    prober.close()
  }
}

function ownAddresses(): Set<string> {
  return new Set(Object.values(networkInterfaces()).flatMap((all) => (all ?? []).map(({ address }) => address)))
}

const mapping = await findMapping()
const udp: UdpBehaviour | undefined =
  mapping === undefined
    ? undefined
    : { mapping, filtering: await findFiltering(mapping), routers: await countRouters() }
process.stdout.write(`${JSON.stringify({ udp })}\n`)
