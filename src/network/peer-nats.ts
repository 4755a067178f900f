/**
 * Asks peers that could not be reached directly what NAT they have, and tells them ours: whether a direct way could exist at all
 * depends on both.
 *
 *   stream /quire/nat/1.0.0 ──▶ the answering side writes a line and closes: “cone 46”, a word of `NatKind` and the versions of
 *                               IP under which it was seen
 */
import type { Libp2p, Stream } from '@libp2p/interface'
import type { PeerKey } from '../codec/peer-key.ts'
import { asError } from './failure.ts'
import { type Nat, type NatKind, UNKNOWN_NAT } from './nat-kind.ts'
import type { NetworkLog } from './network-log.ts'
import type { PeerTable } from './peer-table.ts'
import type { UpgradeMemory } from './upgrade-memory.ts'
import { pause, within } from './waiting.ts'

export const NAT_PROTOCOL = '/quire/nat/1.0.0'

export interface PeerNatsComponents {
  readonly libp2p: Pick<Libp2p, 'handle'>
  readonly table: Pick<PeerTable, 'relayedConnection' | 'protocolsOf'>
  readonly memory: Pick<UpgradeMemory, 'onFailed' | 'onRelayed'>
  readonly ownNat: () => Nat
  readonly log: NetworkLog
}

export interface PeerNatsInit {
  /** Pauses before a peer that does not know its NAT yet is asked again. */
  readonly againMs?: readonly number[] | undefined
}

const ANSWER_TIMEOUT_MS = 5_000
/** A page that has just opened finds out within seconds what NAT it has. */
const AGAIN_MS = [5_000, 20_000]
/** “udp-blocked 46” and its line feed have 15. */
const MAX_ANSWER_BYTES = 16
const MAX_PEERS = 256
const KINDS = ['none', 'cone', 'symmetric', 'udp-blocked', 'unknown'] satisfies NatKind[]
const FAMILIES = ['4', '6', '46']

export class PeerNats {
  readonly #components: PeerNatsComponents
  readonly #stopped = new AbortController()
  readonly #againMs: readonly number[]
  readonly #nats = new Map<PeerKey, Nat>()
  readonly #unsubscribe: readonly (() => void)[]

  constructor(components: PeerNatsComponents, { againMs = AGAIN_MS }: PeerNatsInit = {}) {
    this.#components = components
    this.#againMs = againMs
    const { memory } = components
    const ask = (peer: PeerKey): void => void this.#askUntilKnown(peer)
    this.#unsubscribe = [memory.onFailed(ask), memory.onRelayed(ask)]
  }

  async start(): Promise<void> {
    const { libp2p, ownNat } = this.#components
    const answer = (stream: Stream): void => {
      stream.send(new TextEncoder().encode(lineOf(ownNat())))
      stream.close().catch((error: unknown) => stream.abort(asError(error)))
    }
    await libp2p.handle(NAT_PROTOCOL, answer, { runOnLimitedConnection: true })
  }

  stop(): void {
    for (const unsubscribe of this.#unsubscribe) unsubscribe()
    this.#stopped.abort()
  }

  /** What a peer said last. */
  natOf(peer: PeerKey): Nat {
    return this.#nats.get(peer) ?? UNKNOWN_NAT
  }

  async #askUntilKnown(peer: PeerKey): Promise<void> {
    await this.#ask(peer)
    for (const againMs of this.#againMs) {
      if (this.#nats.get(peer)?.kind !== 'unknown') return
      await pause(againMs, this.#stopped.signal)
      if (this.#stopped.signal.aborted) return
      await this.#ask(peer)
    }
  }

  async #ask(peer: PeerKey): Promise<void> {
    const { table, log } = this.#components
    const signal = within(ANSWER_TIMEOUT_MS, this.#stopped.signal)
    try {
      // Content comes through a relay before the peer has said what it speaks.
      const protocols = await table.protocolsOf(peer, signal)
      const connection = table.relayedConnection(peer)
      if (connection === undefined || !protocols.includes(NAT_PROTOCOL)) return
      const stream = await connection.newStream(NAT_PROTOCOL, { signal, runOnLimitedConnection: true })
      const nat = parseLine(await read(stream, signal))
      this.#nats.delete(peer)
      if (nat === undefined) throw new Error('The answer is no kind of NAT.')
      this.#nats.set(peer, nat)
      for (const oldest of this.#nats.keys()) {
        if (this.#nats.size <= MAX_PEERS) break
        this.#nats.delete(oldest)
      }
    } catch (error) {
      log('debug', 'a peer did not say what NAT it has', { peer, error })
    }
  }
}

function lineOf({ kind, families }: Nat): string {
  return `${[kind, families.join('')].join(' ').trimEnd()}\n`
}

function parseLine(line: string): Nat | undefined {
  const [word, digits, ...rest] = line.split(' ')
  const kind = KINDS.find((known) => known === word)
  const isKnown = digits === undefined || FAMILIES.includes(digits)
  if (kind === undefined || !isKnown || rest.length > 0) return undefined
  return { kind, families: ([4, 6] as const).filter((family) => digits?.includes(String(family))) }
}

/** What comes before the first line feed; a stream that brings more than a line may have is ended. */
function read(stream: Stream, signal: AbortSignal): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = ''
    const fail = (error: Error): void => {
      stream.abort(error)
      reject(error)
    }
    signal.addEventListener('abort', () => fail(asError(signal.reason)), { once: true })
    stream.addEventListener('message', ({ data }) => {
      text += new TextDecoder().decode(data.subarray())
      if (text.length > MAX_ANSWER_BYTES) return fail(new Error('The answer is no line.'))
      if (!text.includes('\n')) return
      stream.close().catch((error: unknown) => stream.abort(asError(error)))
      resolve(text.slice(0, text.indexOf('\n')))
    })
    stream.addEventListener('close', ({ error }) => reject(error ?? new Error('The stream ended.')), { once: true })
  })
}
