/**
 * What becomes of an envelope, wherever it came from: the topic, somebody’s answer, or this device itself.
 *
 *   bytes ──▶ well-formed? ──▶ open (signatures) ──▶ of the last 30 days, new? ──▶ sink ──▶ kept
 *
 * The newest link and description count at any age: without them a newcomer finds no history while the owner is away.
 * The envelope’s own time is signed by nobody: whoever sends it anew can give it another, which is why messages are told apart
 * by their ids and the clock inside decides what is the newest link.
 */
import { decodeEnvelope, encodeEnvelope } from '../../codec/history/waku.ts'
import { sameBytes } from '../../codec/same-bytes.ts'
import { isQuireError } from '../../errors.ts'
import { isFarAhead } from '../clock.ts'
import { fromHex } from '../crypto/hex.ts'
import { keccak256 } from '../crypto/keccak.ts'
import type { CommunityId } from '../ids.ts'
import type { Verdict } from '../ports.ts'
import { DescriptionParts } from './description-parts.ts'
import { KEPT_MS, type KeptEnvelopes, type NewestKind } from './kept-envelopes.ts'
import type { NewEnvelope, SettledEnvelope } from './kept-room.ts'
import type { EnvelopeBytes, LiveMessage, LiveOutcome, LiveSink, OpenLive } from './live-types.ts'

export interface EnvelopeIntakeComponents {
  readonly kept: KeptEnvelopes
  readonly open: OpenLive
  readonly sink: LiveSink
  readonly nowMs: () => number
}

/** How far an envelope or a clock may run ahead. Source: Status, facts §4.8. */
const MAX_AHEAD_MS = 120_000
/** The most that one envelope may have; larger messages come in segments. */
const MAX_ENVELOPE_BYTES = 1024 * 1024
/** Faults that whoever passes an envelope on should have seen. */
const FAULTS = new Set(['not-decodable', 'not-signed', 'wrong-signer'])

interface Judged {
  readonly verdict: Verdict
  /** New, and verified. */
  readonly message?: LiveMessage
  /** Cannot be opened yet. */
  readonly waiting?: EnvelopeBytes
  readonly entry?: NewEnvelope
}

type Outcome<Kind extends LiveOutcome['kind']> = Extract<LiveOutcome, { readonly kind: Kind }>

const ACCEPT: Judged = { verdict: 'accept' }
const IGNORE: Judged = { verdict: 'ignore' }
const REJECT: Judged = { verdict: 'reject' }

export class EnvelopeIntake {
  readonly #components: EnvelopeIntakeComponents
  readonly #community: CommunityId
  readonly #parts = new DescriptionParts()
  /** What the description with this clock says of encryption. */
  #plain: { readonly clockMs: number; readonly isPlain: boolean } | undefined

  constructor(components: EnvelopeIntakeComponents, init: { readonly community: CommunityId }) {
    this.#components = components
    this.#community = init.community
  }

  /** accept: new, kept and told · ignore: known, too old, not to be judged here · reject: its sender should have known. */
  async take(envelope: EnvelopeBytes): Promise<Verdict> {
    const [verdict] = await this.takeAll([envelope])
    return verdict ?? 'ignore'
  }

  /** As `take`, for a page of them: the sink hears of all messages at once, before they count as kept. */
  async takeAll(envelopes: readonly EnvelopeBytes[]): Promise<Verdict[]> {
    const judged: Judged[] = []
    const seen = new Set<string>()
    for (const envelope of envelopes) {
      const one = await this.#judge(envelope)
      const id = one.entry?.id.join()
      judged.push(id !== undefined && seen.has(id) ? IGNORE : one)
      if (id !== undefined) seen.add(id)
    }
    const messages = judged.flatMap(({ message }) => (message === undefined ? [] : [message]))
    if (messages.length > 0) await this.#components.sink.onMessages(this.#community, messages)
    await this.#tellWaiting(judged.flatMap(({ waiting }) => (waiting === undefined ? [] : [waiting])))
    const entries = judged.flatMap(({ entry }) => (entry === undefined ? [] : [entry]))
    if (entries.length > 0) await this.#components.kept.add(this.#community, entries)
    return judged.map(({ verdict }) => verdict)
  }

  /** Opens all that is kept again and tells the sink of it: after a key came, or where the sink has lost what it had. */
  async replay(signal: AbortSignal): Promise<void> {
    const { kept, sink, open } = this.#components
    let cursor: Uint8Array | undefined
    do {
      signal.throwIfAborted()
      const query = { fromMs: 0, toMs: Number.MAX_SAFE_INTEGER, limit: 256, maxBytes: 4 * MAX_ENVELOPE_BYTES, cursor }
      const page = await kept.range(this.#community, query)
      const messages: LiveMessage[] = []
      const waiting: EnvelopeBytes[] = []
      const opened: SettledEnvelope[] = []
      for (const { id, envelope, atMs } of page.envelopes) {
        const outcome = await open(this.#community, envelope)
        if (outcome.kind === 'segment' || outcome.kind === 'missing-key') waiting.push(envelope)
        if (outcome.kind !== 'message') continue
        messages.push({ opened: outcome.message, envelope, sentAtMs: atMs, delivery: 'live' })
        // From now on its copies are known by what it says.
        if (outcome.part === undefined) opened.push({ id, atMs, messageId: fromHex(outcome.message.id) })
      }
      if (messages.length > 0) await sink.onMessages(this.#community, messages)
      await this.#tellWaiting(waiting)
      await kept.settle(this.#community, opened)
      cursor = page.cursor
    } while (cursor !== undefined)
  }

  async #judge(envelope: EnvelopeBytes): Promise<Judged> {
    const atMs = timeOf(envelope)
    if (atMs === undefined) return REJECT
    const { open, nowMs } = this.#components
    if (atMs > nowMs() + MAX_AHEAD_MS) return IGNORE
    const outcome = await open(this.#community, envelope)
    if (outcome.kind === 'ignored') return FAULTS.has(outcome.reason) ? REJECT : IGNORE
    if (outcome.kind === 'link') return this.#judgeNewest(outcome, [envelope])
    if (outcome.kind === 'description') return this.#judgeDescription(outcome, envelope)
    // Of a description: its parts count at any age, and are kept once they are all here.
    if (outcome.kind === 'segment' && outcome.part.isByCommunity) {
      return this.#parts.add(outcome.part, envelope) ? ACCEPT : IGNORE
    }
    if (atMs < nowMs() - KEPT_MS) return IGNORE
    if (outcome.kind === 'message') return this.#judgeMessage(outcome, { envelope, atMs })
    return this.#judgeWaiting(outcome, { envelope, atMs })
  }

  async #judgeWaiting(
    outcome: Outcome<'segment' | 'missing-key'>,
    { envelope, atMs }: { envelope: EnvelopeBytes; atMs: number },
  ): Promise<Judged> {
    const { kept, sink } = this.#components
    const id = outcome.contentHash ?? keccak256(envelope)
    if (await kept.has(this.#community, id)) return IGNORE
    if (outcome.kind === 'missing-key' && (await this.#isPlain())) return IGNORE
    if (outcome.kind === 'missing-key') sink.onMissingKey(this.#community, outcome.keyId)
    return { verdict: 'accept', waiting: envelope, entry: { id, atMs, envelope, isUnjudged: true } }
  }

  async #tellWaiting(waiting: readonly EnvelopeBytes[]): Promise<void> {
    if (waiting.length > 0) await this.#components.sink.onWaiting(this.#community, waiting)
  }

  /** Its owner says that nothing in it is encrypted: a key that nobody has could seal anything. */
  async #isPlain(): Promise<boolean> {
    const newest = await this.#components.kept.newest(this.#community, 'description')
    if (newest === undefined) return false
    if (this.#plain?.clockMs !== newest.clockMs) {
      const outcome = await this.#openAll([newest.envelope, ...newest.more])
      const isPlain = outcome?.kind === 'description' && !outcome.description.isEncrypted
      this.#plain = { clockMs: newest.clockMs, isPlain }
    }
    return this.#plain.isPlain
  }

  /** What the last of them gives. */
  async #openAll(envelopes: readonly EnvelopeBytes[]): Promise<LiveOutcome | undefined> {
    let outcome: LiveOutcome | undefined
    for (const envelope of envelopes) outcome = await this.#components.open(this.#community, envelope)
    return outcome
  }

  async #judgeMessage(
    { message, contentHash }: Outcome<'message'>,
    { envelope, atMs }: { envelope: EnvelopeBytes; atMs: number },
  ): Promise<Judged> {
    const id = fromHex(message.id)
    if (await this.#components.kept.has(this.#community, id)) return IGNORE
    return {
      verdict: 'accept',
      message: { opened: message, envelope, sentAtMs: atMs, delivery: 'live' },
      entry: { id, atMs, envelope, contentHash },
    }
  }

  async #judgeDescription(outcome: Outcome<'description'>, envelope: EnvelopeBytes): Promise<Judged> {
    const { part } = outcome
    if (part === undefined) return this.#judgeNewest(outcome, [envelope])
    if (!part.isByCommunity) return IGNORE
    const isNew = this.#parts.add(part, envelope)
    const envelopes = this.#parts.of(part)
    if (!(await this.#isWhole(envelopes))) return isNew ? ACCEPT : IGNORE
    const judged = await this.#judgeNewest(outcome, envelopes)
    this.#parts.end(part)
    return judged
  }

  /** Parts that came before this device listened may have been put together with those that are here. */
  async #isWhole(envelopes: readonly EnvelopeBytes[]): Promise<boolean> {
    return (await this.#openAll(envelopes))?.kind === 'description'
  }

  async #judgeNewest(
    outcome: Outcome<'link' | 'description'>,
    [envelope, ...more]: readonly EnvelopeBytes[],
  ): Promise<Judged> {
    if (envelope === undefined) return IGNORE
    const { kept, sink, nowMs } = this.#components
    const { clockMs } = outcome.kind === 'link' ? outcome.link : outcome.description
    const kind: NewestKind = outcome.kind
    if (clockMs <= 0 || clockMs > nowMs() + MAX_AHEAD_MS) return IGNORE
    const known = await kept.newest(this.#community, kind)
    const wrongClockMs = isFarAhead(known?.clockMs ?? 0, nowMs()) ? known?.clockMs : undefined
    const before = wrongClockMs === undefined ? known : undefined
    const isTie = before?.clockMs === clockMs
    if (before !== undefined && before.clockMs > clockMs) return IGNORE
    if (isTie && !(await this.#winsTie(outcome, before.envelope))) return IGNORE
    if (outcome.kind === 'link') {
      await sink.onLink(this.#community, { clockMs, archiveLink: outcome.link.archiveLink, envelope })
    } else {
      await sink.onDescription(this.#community, { clockMs, description: outcome.bytes, envelope })
    }
    const isNewest = await kept.setNewest(this.#community, kind, {
      clockMs,
      envelope,
      more,
      winsTie: isTie,
      wrongClockMs,
    })
    return isNewest ? { verdict: 'accept' } : IGNORE
  }

  /** Two links with one clock (a fault of the owner’s) are ordered as `follow/accept-link` orders them: all end at the same. */
  async #winsTie(outcome: Outcome<'link' | 'description'>, before: EnvelopeBytes): Promise<boolean> {
    if (outcome.kind !== 'link') return false
    const known = await this.#components.open(this.#community, before)
    return known.kind === 'link' && outcome.link.archiveLink > known.link.archiveLink
  }
}

/** When an envelope says that it was sent; undefined where it is not one, or not written as everyone writes it. */
export function timeOf(envelope: EnvelopeBytes): number | undefined {
  if (envelope.byteLength > MAX_ENVELOPE_BYTES) return undefined
  try {
    const decoded = decodeEnvelope(envelope)
    // The same content in many spellings would pass everywhere as many envelopes.
    if (decoded.timestampNs === undefined || !sameBytes(encodeEnvelope(decoded), envelope)) return undefined
    const atMs = Number(decoded.timestampNs / 1_000_000n)
    return Number.isSafeInteger(atMs) && atMs > 0 ? atMs : undefined
  } catch (error) {
    if (isQuireError(error)) return undefined
    throw error
  }
}
