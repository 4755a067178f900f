/**
 * Lets content go through relays where nothing better comes about, and dials circuits anew that are used up.
 *
 *   relayed connection ──▶ can the two come together directly? ──no──▶ content goes over it
 *                             └─yes─▶ the first try failed, or it takes long, or the peer sends content ──▶ content goes over it
 *   used up (the exchange says so) ──▶ another circuit, at most one a second ──▶ content moves there, the old one is closed
 *   a direct connection comes ──(linger)──▶ the relayed ones that we dialled are closed
 *
 * A relay’s owner pays for each byte twice, and says how many a circuit may carry (`connection.limits`); what is asked for
 * stays within that. Whoever wants content makes the new circuit; the other side waits for it.
 */
import type { Connection, Libp2p } from '@libp2p/interface'
import type { PeerKey } from '../codec/peer-key.ts'
import { overCircuit } from './addresses.ts'
import { asError } from './failure.ts'
import type { NetworkLog } from './network-log.ts'
import { peerKeyOf } from './peer-identity.ts'
import type { PeerTable } from './peer-table.ts'
import type { UpgradeMemory } from './upgrade-memory.ts'
import { Backoff, pause, within } from './waiting.ts'

export interface RelayedContentComponents {
  readonly libp2p: Pick<Libp2p, 'dial'>
  readonly table: Pick<
    PeerTable,
    'directConnection' | 'relayedConnections' | 'contentConnection' | 'protocolsOf' | 'openRelay' | 'retire'
  >
  readonly memory: UpgradeMemory
  /** What both sides must speak to come together directly through a relay; undefined where this node cannot. */
  readonly upgradeProtocol: string | undefined
  /** No direct way can come about, whatever the peer: UDP is blocked here. */
  readonly isHopeless: () => boolean
  readonly log: NetworkLog
}

export interface RelayedContentInit {
  /** How long a direct connection may take to come before content goes through the relay, for who dialled, and for whom. */
  readonly patienceMs?: { readonly outbound: number; readonly inbound: number }
  readonly lingerMs?: number
}

// WebRTC takes a quarter of a second to two seconds where there is a way. Who was dialled has nothing to fetch in most cases,
// and hears of the failure by the first stream.
const DEFAULT_PATIENCE_MS = { outbound: 4_000, inbound: 15_000 }
// What the other side asked for over the old circuit still comes, and the last messages of signalling.
const DEFAULT_LINGER_MS = 5_000
const PROTOCOLS_TIMEOUT_MS = 5_000
const CIRCUIT_TIMEOUT_MS = 10_000
/** Between two circuits to one peer. */
const CIRCUIT_PACE = { firstMs: 1_000, maxMs: 30_000, jitter: 0 }

export class RelayedContent {
  readonly #components: RelayedContentComponents
  readonly #patienceMs: { readonly outbound: number; readonly inbound: number }
  readonly #lingerMs: number
  readonly #stopped = new AbortController()
  readonly #renewing = new Set<PeerKey>()
  readonly #paces = new Map<PeerKey, { readonly backoff: Backoff; notBeforeMs: number }>()

  constructor(components: RelayedContentComponents, init: RelayedContentInit = {}) {
    this.#components = components
    this.#patienceMs = init.patienceMs ?? DEFAULT_PATIENCE_MS
    this.#lingerMs = init.lingerMs ?? DEFAULT_LINGER_MS
  }

  /** To be called with every connection that opens. */
  opened(connection: Connection): void {
    const peer = peerKeyOf(connection.remotePeer)
    if (connection.direct) void this.#letGo(peer, connection)
    else void this.#decide(peer, connection)
  }

  /** A peer sends content over a relayed connection: it has decided. */
  sent(connection: Connection): void {
    const { table, memory } = this.#components
    const peer = peerKeyOf(connection.remotePeer)
    memory.relayed(peer)
    table.openRelay(peer)
  }

  /**
   * Makes another circuit to a peer whose circuit has too little left, and moves content there; nothing where that is under
   * way, or where content goes another way.
   */
  renew(peer: PeerKey): void {
    const old = this.#components.table.contentConnection(peer)
    if (old === undefined || old.direct || this.#renewing.has(peer) || this.#stopped.signal.aborted) return
    this.#renewing.add(peer)
    void this.#renew(peer, old).finally(() => this.#renewing.delete(peer))
  }

  stop(): void {
    this.#stopped.abort()
  }

  async #decide(peer: PeerKey, connection: Connection): Promise<void> {
    const { table, memory, isHopeless } = this.#components
    const signal = AbortSignal.any([closeSignal(connection), this.#stopped.signal])
    if (!isHopeless() && !memory.isRelayed(peer) && (await this.#canUpgrade(peer, signal))) {
      await this.#firstTry(peer, this.#patienceMs[connection.direction], signal)
    }
    if (signal.aborted || table.directConnection(peer) !== undefined) return
    memory.relayed(peer)
    table.openRelay(peer)
  }

  async #letGo(peer: PeerKey, direct: Connection): Promise<void> {
    const { table, memory } = this.#components
    memory.succeeded(peer)
    if (table.relayedConnections(peer).length === 0) return
    await pause(this.#lingerMs, AbortSignal.any([closeSignal(direct), this.#stopped.signal]))
    if (direct.status !== 'open' || this.#stopped.signal.aborted) return
    const ours = table.relayedConnections(peer).filter(({ direction }) => direction === 'outbound')
    await Promise.all(ours.map(close))
  }

  async #canUpgrade(peer: PeerKey, signal: AbortSignal): Promise<boolean> {
    const { table, upgradeProtocol } = this.#components
    if (upgradeProtocol === undefined) return false
    try {
      return (await table.protocolsOf(peer, within(PROTOCOLS_TIMEOUT_MS, signal))).includes(upgradeProtocol)
    } catch {
      // It has had its time.
      return false
    }
  }

  /** Resolves when the first try to reach a peer directly has failed, or takes longer than patience lasts. */
  async #firstTry(peer: PeerKey, patienceMs: number, signal: AbortSignal): Promise<void> {
    const failed = new AbortController()
    const unsubscribe = this.#components.memory.onFailed((other) => other === peer && failed.abort())
    await pause(patienceMs, AbortSignal.any([failed.signal, signal]))
    unsubscribe()
  }

  async #renew(peer: PeerKey, old: Connection): Promise<void> {
    const { libp2p, table, log } = this.#components
    const pace = this.#paceOf(peer)
    const signal = AbortSignal.any([closeSignal(old), this.#stopped.signal])
    await pause(pace.notBeforeMs - performance.now(), signal)
    if (signal.aborted || table.contentConnection(peer) !== old) return
    try {
      await libp2p.dial(overCircuit(old.remoteAddr), { force: true, signal: within(CIRCUIT_TIMEOUT_MS, signal) })
      pace.backoff.reset()
    } catch (error) {
      log('info', 'a circuit could not be made anew', { peer, error })
      return
    } finally {
      pace.notBeforeMs = performance.now() + pace.backoff.nextMs()
    }
    table.retire(old)
    void this.#letLinger(peer, old, signal)
  }

  async #letLinger(peer: PeerKey, old: Connection, signal: AbortSignal): Promise<void> {
    await pause(this.#lingerMs, signal)
    // The one that took its place may be gone already: then this one is in use again.
    if (this.#components.table.contentConnection(peer) !== old) await close(old)
  }

  #paceOf(peer: PeerKey): { readonly backoff: Backoff; notBeforeMs: number } {
    const pace = this.#paces.get(peer) ?? { backoff: new Backoff(CIRCUIT_PACE), notBeforeMs: 0 }
    // Those whose pause is over have nothing to say any more.
    const nowMs = performance.now()
    for (const [other, { notBeforeMs }] of this.#paces)
      if (notBeforeMs < nowMs - CIRCUIT_PACE.maxMs) this.#paces.delete(other)
    this.#paces.set(peer, pace)
    return pace
  }
}

async function close(connection: Connection): Promise<void> {
  if (connection.status === 'open') await connection.close().catch((error: unknown) => connection.abort(asError(error)))
}

function closeSignal(connection: Connection): AbortSignal {
  const closed = new AbortController()
  connection.addEventListener('close', () => closed.abort(), { once: true })
  if (connection.status !== 'open') closed.abort()
  return closed.signal
}
