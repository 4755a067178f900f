/**
 * Asks one peer for what this device lacks: the newest link and description, then the envelopes of the last 30 days, the newest
 * days first, page by page. Of a time of which something is here already, digests are compared first (`span-digests.ts`), and
 * only what differs is asked for.
 *
 * What a peer has told all of is noted, so that it is not asked for the same again, in this run or a later one. Nothing of it is
 * believed: each envelope is opened, and whoever sends much that is none is asked for no more.
 */
import { QuireError } from '../../errors.ts'
import type { PeerKey } from '../../codec/peer-key.ts'
import { DAY_MS, WEEK_MS } from '../clock.ts'
import type { CommunityId } from '../ids.ts'
import type { HistoryAnswer, HistoryNetwork } from '../ports.ts'
import type { EnvelopeIntake } from './envelope-intake.ts'
import { KEPT_MS, type KeptEnvelopes } from './kept-envelopes.ts'
import { DIGEST_BYTES, differingSpans, digestsOf, partsFor, SALT_BYTES, type Span } from './span-digests.ts'

export interface CatchUpComponents {
  readonly network: Pick<HistoryNetwork, 'ask'>
  readonly kept: KeptEnvelopes
  readonly intake: Pick<EnvelopeIntake, 'takeAll'>
  readonly nowMs: () => number
}

export interface CatchUpInit {
  readonly community: CommunityId
  readonly peer: PeerKey
}

/** How far back each step goes. */
const STEPS_MS = [DAY_MS, 3 * DAY_MS, WEEK_MS, 15 * DAY_MS, KEPT_MS]
// Envelopes bear the time when they were made, and may have been sent later: by somebody who was offline.
const OVERLAP_MS = DAY_MS
const AHEAD_MS = 120_000
const PAGE_LIMIT = 512
// 128 MiB by pages of half a mebibyte, and a page that is not full for each of some spans that differ.
const MAX_PAGES = 256 + 80
const MAX_FAULTS = 64

/**
 * Resolves with false where the peer knows nothing of the community.
 *
 * Errors: those of `HistoryNetwork.ask`, `ERR_MESSAGE_INVALID` (it sends what is none). Aborts with the signal’s reason; what
 * came is kept.
 */
export async function catchUp(components: CatchUpComponents, init: CatchUpInit, signal: AbortSignal): Promise<boolean> {
  const isKnown = await exchangeNewest(components, init, signal)
  if (!isKnown) return false
  const { kept, nowMs } = components
  const { community, peer } = init
  const endMs = nowMs() + AHEAD_MS
  const oldestMs = nowMs() - KEPT_MS
  const before = await kept.askedSpan(community, peer)
  const budget = { pages: MAX_PAGES, faults: MAX_FAULTS }
  let toMs = endMs
  for (const stepMs of STEPS_MS) {
    for (const span of without({ fromMs: endMs - AHEAD_MS - stepMs, toMs }, before)) {
      for (const differing of await differencesIn(components, { ...init, span }, signal)) {
        await askSpan(components, { ...init, span: differing, budget }, signal)
      }
    }
    toMs = endMs - AHEAD_MS - stepMs
    const fromMs = before === undefined ? toMs : Math.min(toMs, Math.max(before.fromMs, oldestMs))
    const isJoined = before === undefined || toMs <= before.toMs
    if (isJoined) await kept.setAskedSpan(community, peer, { fromMs, toMs: nowMs() })
  }
  return true
}

// A peer whose link is older than ours, or that has none, is told ours: keepers begin to serve the community with it.
async function exchangeNewest(
  { network, kept, intake }: CatchUpComponents,
  { community, peer }: CatchUpInit,
  signal: AbortSignal,
): Promise<boolean> {
  let told: Uint8Array[] = []
  let isKnown = true
  try {
    const answer = await network.ask(peer, { kind: 'link', community }, { signal })
    if (answer.kind !== 'link') throw wrongAnswer(peer)
    told = [answer.link, answer.description, ...(answer.moreParts ?? [])].filter((envelope) => envelope !== undefined)
    await intake.takeAll(told)
  } catch (error) {
    signal.throwIfAborted()
    if (!isRefusal(error)) throw error
    isKnown = false
  }
  const ours = await Promise.all([kept.newest(community, 'link'), kept.newest(community, 'description')])
  const envelopes = ours.flatMap((one) =>
    one === undefined || told.some((t) => same(t, one.envelope)) ? [] : [one.envelope, ...one.more],
  )
  if (isKnown && envelopes.length === 0) return true
  const answer = await network.ask(peer, { kind: 'serve', community, envelopes }, { signal })
  return isKnown || (answer.kind === 'serve' && answer.isServed)
}

/** What of a span the peer may hold and this device does not; all of it where nothing is here, or the peer does not compare. */
async function differencesIn(
  { network, kept }: CatchUpComponents,
  { community, peer, span }: CatchUpInit & { readonly span: Span },
  signal: AbortSignal,
): Promise<readonly Span[]> {
  const parts = partsFor((await kept.totals(community)).count)
  const salt = crypto.getRandomValues(new Uint8Array(SALT_BYTES))
  const { digests: ours, count } = await digestsOf(kept.keys(community, span), { span, parts, salt })
  if (count === 0) return [span]
  const question = { kind: 'digests', community, ...span, parts, salt } as const
  const answer = await network.ask(peer, question, { signal }).catch((error: unknown): undefined => {
    signal.throwIfAborted()
    // Peers from before digests take the question for none.
    if (!isRefusal(error)) throw error
  })
  if (answer === undefined) return [span]
  if (answer.kind !== 'digests') throw wrongAnswer(peer)
  if (answer.digests.byteLength !== parts * DIGEST_BYTES) return [span]
  return differingSpans({ span, parts, salt }, { ours, theirs: answer.digests })
}

async function askSpan(
  { network, intake }: CatchUpComponents,
  { community, peer, span, budget }: CatchUpInit & { span: Span; budget: { pages: number; faults: number } },
  signal: AbortSignal,
): Promise<void> {
  let cursor: Uint8Array | undefined
  do {
    signal.throwIfAborted()
    if (budget.pages-- <= 0) throw tooMuch(peer)
    const question = { kind: 'range', community, ...span, limit: PAGE_LIMIT, ...(cursor && { cursor }) } as const
    const answer: HistoryAnswer = await network.ask(peer, question, { signal })
    if (answer.kind !== 'range' || answer.envelopes.length > PAGE_LIMIT) throw wrongAnswer(peer)
    const verdicts = await intake.takeAll(answer.envelopes)
    budget.faults -= verdicts.filter((verdict) => verdict === 'reject').length
    if (budget.faults < 0) throw tooMuch(peer)
    if (answer.envelopes.length === 0 || same(answer.cursor, cursor)) return
    cursor = answer.cursor
  } while (cursor !== undefined)
}

/** What of `span` lies outside `known`, the newer part first; its newest day is asked again. */
function without(span: Span, known: Span | undefined): Span[] {
  const knownToMs = known === undefined ? 0 : known.toMs - OVERLAP_MS
  if (known === undefined || knownToMs <= known.fromMs) return span.fromMs < span.toMs ? [span] : []
  const newer = { fromMs: Math.max(span.fromMs, knownToMs), toMs: span.toMs }
  const older = { fromMs: span.fromMs, toMs: Math.min(span.toMs, known.fromMs) }
  return [newer, older].filter(({ fromMs, toMs }) => fromMs < toMs)
}

function isRefusal(error: unknown): boolean {
  return error instanceof QuireError && error.code === 'ERR_PEER_NOT_CONNECTED'
}

function same(a: Uint8Array | undefined, b: Uint8Array | undefined): boolean {
  if (a === undefined || b === undefined) return a === b
  return a.byteLength === b.byteLength && a.every((byte, at) => byte === b[at])
}

function wrongAnswer(peer: PeerKey): QuireError {
  return new QuireError('ERR_MESSAGE_INVALID', 'The peer answered another question.', { details: { peer } })
}

function tooMuch(peer: PeerKey): QuireError {
  return new QuireError('ERR_MESSAGE_INVALID', 'The peer sends what is no history.', { details: { peer } })
}
