/**
 * Asks peers that could not be reached directly what NAT they have, and tells them ours: whether a direct way could exist at all
 * depends on both.
 *
 *   stream /quire/nat/1.0.0 ──▶ the answering side writes one word of `NatKind` and a line feed, and closes
 */
import type { Libp2p, Stream } from '@libp2p/interface'
import type { PeerKey } from '../codec/peer-key.ts'
import { asError } from './failure.ts'
import type { NatKind } from './nat-kind.ts'
import type { NetworkLog } from './network-log.ts'
import type { PeerTable } from './peer-table.ts'
import type { UpgradeMemory } from './upgrade-memory.ts'
import { within } from './waiting.ts'

export const NAT_PROTOCOL = '/quire/nat/1.0.0'

export interface PeerNatsComponents {
  readonly libp2p: Pick<Libp2p, 'handle'>
  readonly table: Pick<PeerTable, 'relayedConnection' | 'speaks'>
  readonly memory: Pick<UpgradeMemory, 'onFailed'>
  readonly ownKind: () => NatKind
  readonly log: NetworkLog
}

const ANSWER_TIMEOUT_MS = 5_000
/** The longest word has 11, and its line feed. */
const MAX_ANSWER_BYTES = 16
const MAX_PEERS = 256
const KINDS: readonly string[] = ['none', 'cone', 'symmetric', 'udp-blocked', 'unknown'] satisfies NatKind[]

export class PeerNats {
  readonly #components: PeerNatsComponents
  readonly #stopped = new AbortController()
  readonly #kinds = new Map<PeerKey, NatKind>()
  readonly #unsubscribe: () => void

  constructor(components: PeerNatsComponents) {
    this.#components = components
    this.#unsubscribe = components.memory.onFailed((peer) => void this.#ask(peer))
  }

  async start(): Promise<void> {
    const { libp2p, ownKind } = this.#components
    const answer = (stream: Stream): void => {
      stream.send(new TextEncoder().encode(`${ownKind()}\n`))
      stream.close().catch((error: unknown) => stream.abort(asError(error)))
    }
    await libp2p.handle(NAT_PROTOCOL, answer, { runOnLimitedConnection: true })
  }

  stop(): void {
    this.#unsubscribe()
    this.#stopped.abort()
  }

  /** What a peer said last. */
  kindOf(peer: PeerKey): NatKind {
    return this.#kinds.get(peer) ?? 'unknown'
  }

  async #ask(peer: PeerKey): Promise<void> {
    const { table, log } = this.#components
    const connection = table.relayedConnection(peer)
    if (connection === undefined || table.speaks(peer, NAT_PROTOCOL) !== true) return
    const signal = within(ANSWER_TIMEOUT_MS, this.#stopped.signal)
    try {
      const stream = await connection.newStream(NAT_PROTOCOL, { signal, runOnLimitedConnection: true })
      const word = await read(stream, signal)
      this.#kinds.delete(peer)
      if (!isKind(word)) throw new Error('The answer is no kind of NAT.')
      this.#kinds.set(peer, word)
      for (const oldest of this.#kinds.keys()) {
        if (this.#kinds.size <= MAX_PEERS) break
        this.#kinds.delete(oldest)
      }
    } catch (error) {
      log('debug', 'a peer did not say what NAT it has', { peer, error })
    }
  }
}

function isKind(word: string): word is NatKind {
  return KINDS.includes(word)
}

/** What comes before the first line feed; a stream that brings more than a word is ended. */
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
      if (text.length > MAX_ANSWER_BYTES) return fail(new Error('The answer is no word.'))
      if (!text.includes('\n')) return
      stream.close().catch((error: unknown) => stream.abort(asError(error)))
      resolve(text.slice(0, text.indexOf('\n')))
    })
    stream.addEventListener('close', ({ error }) => reject(error ?? new Error('The stream ended.')), { once: true })
  })
}
