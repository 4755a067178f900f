/**
 * One community’s live messages on this device: what is said now, and what was said in the last 30 days.
 *
 *   topic ──────▶ ┐                                             ┌──▶ sink (messages, newest link and description)
 *   answerers ──▶ ┼──▶ EnvelopeIntake (signatures, ids, times) ─┤
 *   announce ───▶ ┘                                             └──▶ kept ──▶ answers for others (`LiveAnswers`)
 *   send ───────▶ sink (‘sending’), kept ──▶ Outbox ──▶ topic
 */
import { QuireError } from '../../errors.ts'
import { type HistoryClock, sleepUntil } from '../clock.ts'
import { fromHex } from '../crypto/hex.ts'
import { keccak256 } from '../crypto/keccak.ts'
import type { CommunityId } from '../ids.ts'
import type { AbortOptions, HistoryNetwork, Verdict } from '../ports.ts'
import { Answerers } from './answerers.ts'
import { EnvelopeIntake, timeOf } from './envelope-intake.ts'
import type { KeptEnvelopes } from './kept-envelopes.ts'
import type { CommunitySyncInit, EnvelopeBytes, LiveOutcome, LiveSink, LiveState, OpenLive } from './live-types.ts'
import { Outbox } from './outbox.ts'

export interface CommunitySyncComponents {
  readonly network: HistoryNetwork
  readonly kept: KeptEnvelopes
  readonly open: OpenLive
  readonly sink: LiveSink
  readonly clock: HistoryClock
}

/** Envelopes of the topic that wait to be opened; more are left to the next look. */
const MAX_WAITING = 256
const PRUNE_EVERY_MS = 3_600_000

export class CommunitySync {
  readonly #components: CommunitySyncComponents
  readonly #intake: EnvelopeIntake
  readonly #outbox: Outbox
  readonly #answerers: Answerers
  readonly #stopped = new AbortController()
  #running: Promise<unknown> = Promise.resolve()
  #unsubscribe: (() => void) | undefined
  #turn: Promise<unknown> = Promise.resolve()
  #waiting = 0

  readonly community: CommunityId

  constructor(components: CommunitySyncComponents, init: CommunitySyncInit) {
    const { clock, kept, network, sink } = components
    const { community } = init
    this.#components = components
    this.community = community
    this.#intake = new EnvelopeIntake({ ...components, nowMs: () => clock.nowMs() }, { community })
    this.#outbox = new Outbox(components, { community })
    const intake = { takeAll: (envelopes: readonly EnvelopeBytes[]) => this.receive(envelopes) }
    this.#answerers = new Answerers(
      { network, kept, intake, clock, onState: (state) => sink.onState(community, state) },
      { ...init, onAnswer: () => this.#outbox.hurry() },
    )
  }

  get state(): LiveState {
    return this.#answerers.state
  }

  /** Listens, asks those who may know, and sends what the last run left; resolves once it listens. Runs once. */
  async start(): Promise<void> {
    const { network, kept, clock } = this.#components
    await kept.prune(this.community, clock.nowMs())
    if (this.#stopped.signal.aborted || this.#unsubscribe !== undefined) return
    this.#unsubscribe = network.subscribe(this.community, (envelope) => this.#hear(envelope))
    network.provideCommunity(this.community)
    const { signal } = this.#stopped
    this.#running = Promise.all([this.#answerers.run(signal), this.#outbox.run(signal), this.#pruneHourly(signal)])
  }

  /** Ends what is on its way; what was being sent is sent by the next run. */
  async stop(): Promise<void> {
    this.#stopped.abort(new QuireError('ERR_NODE_STOPPED', 'The community is not listened to any more.'))
    this.#unsubscribe?.()
    await this.#running
    await this.#turn
  }

  /** Stops for good: tells the DHT no more, and with `isDataRemoved` frees what is kept. */
  async leave(options: { readonly isDataRemoved: boolean }): Promise<void> {
    await this.stop()
    this.#components.network.unprovideCommunity(this.community)
    if (options.isDataRemoved) await this.#components.kept.remove(this.community)
  }

  /**
   * Says a message of this device: the sink hears of it as ‘sending’; resolves when it is kept. It is sent until somebody took
   * it, also by later runs; the sink hears of that.
   *
   * Errors: `ERR_ENVELOPE_INVALID` (it is no envelope, or does not open as a message of this community).
   */
  async send(envelope: EnvelopeBytes): Promise<void> {
    const { open, kept, sink } = this.#components
    const atMs = timeOf(envelope)
    const outcome = atMs === undefined ? undefined : await open(this.community, envelope)
    if (atMs === undefined || outcome === undefined || outcome.kind === 'ignored') throw notOurs()
    // A part of a large message has no id of its own.
    if (outcome.kind !== 'message') return this.#sendPart(envelope, { atMs, id: outcome.contentHash })
    const { message: opened, contentHash } = outcome
    await this.#inTurn(async () => {
      await sink.onMessages(this.community, [{ opened, envelope, sentAtMs: atMs, delivery: 'sending' }])
      await kept.add(this.community, [{ id: fromHex(opened.id), atMs, envelope, contentHash, isUnsent: true }])
    })
    this.#outbox.hurry()
  }

  /**
   * Owners: makes a link or a description known to those who listen, and to keepers as they are met. Resolves with how many took
   * it at once; one that is known already is told again. A large description is given as all its parts.
   *
   * Errors: `ERR_SIGNATURE_INVALID` (not by the community’s key, or neither link nor description), `ERR_LINK_OLD` (a newer one
   * is known).
   */
  async announce(said: EnvelopeBytes | readonly EnvelopeBytes[], options: AbortOptions = {}): Promise<number> {
    const { kept, network, open } = this.#components
    const envelopes = said instanceof Uint8Array ? [said] : said
    let outcome: LiveOutcome | undefined
    for (const envelope of envelopes) outcome = await open(this.community, envelope)
    if (outcome?.kind !== 'link' && outcome?.kind !== 'description') {
      throw new QuireError(
        'ERR_SIGNATURE_INVALID',
        'The community’s key has not signed this as a link or a description.',
      )
    }
    options.signal?.throwIfAborted()
    await this.receive(envelopes)
    const newest = await kept.newest(this.community, outcome.kind)
    const { clockMs } = outcome.kind === 'link' ? outcome.link : outcome.description
    if (newest === undefined || newest.clockMs > clockMs) {
      throw new QuireError('ERR_LINK_OLD', 'A newer one is known.', { details: { clockMs } })
    }
    options.signal?.throwIfAborted()
    let takers = Infinity
    for (const envelope of envelopes) takers = Math.min(takers, await network.publish(this.community, envelope))
    // Keepers hear of it on the topic; those that do not serve the community yet are told when they are asked.
    this.#answerers.refresh()
    return takers
  }

  /** Takes envelopes from wherever they came, in turn: a link’s, an import’s, somebody’s answer. */
  async receive(envelopes: readonly EnvelopeBytes[]): Promise<Verdict[]> {
    return this.#inTurn(() => this.#intake.takeAll(envelopes))
  }

  /** Looks for those who may answer now, and sends what nobody took. */
  refresh(): void {
    this.#answerers.refresh()
    this.#outbox.hurry()
  }

  /** Tells the sink again of all that is kept: after a key was added, or where the sink has lost what it had. */
  async replay(): Promise<void> {
    await this.#inTurn(() => this.#intake.replay(this.#stopped.signal))
  }

  async #pruneHourly(signal: AbortSignal): Promise<void> {
    const { kept, clock } = this.#components
    while (!signal.aborted) {
      try {
        await sleepUntil(clock.nowMs() + PRUNE_EVERY_MS, clock, { signal })
        await kept.prune(this.community, clock.nowMs())
      } catch {
        // What could not be freed now is freed an hour later; an abort ends the loop.
      }
    }
  }

  async #hear(envelope: EnvelopeBytes): Promise<Verdict> {
    if (this.#waiting >= MAX_WAITING) return 'ignore'
    this.#waiting++
    try {
      const [verdict] = await this.receive([envelope])
      return verdict ?? 'ignore'
    } finally {
      this.#waiting--
    }
  }

  async #sendPart(
    envelope: EnvelopeBytes,
    { atMs, id = keccak256(envelope) }: { readonly atMs: number; readonly id?: Uint8Array | undefined },
  ): Promise<void> {
    const { kept, sink } = this.#components
    await this.#inTurn(async () => {
      await sink.onWaiting(this.community, [envelope])
      await kept.add(this.community, [{ id, atMs, envelope, isUnsent: true }])
    })
    this.#outbox.hurry()
  }

  /** One after the other, so that the same message from two sides is told once. */
  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#turn.then(() => {
      this.#stopped.signal.throwIfAborted()
      return work()
    })
    this.#turn = turn.catch(() => undefined)
    return turn
  }
}

function notOurs(): QuireError {
  return new QuireError('ERR_ENVELOPE_INVALID', 'This is no message of the community.')
}
