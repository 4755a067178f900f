/** Which archive link counts: the newest that the community’s own key has signed, and never an older one again. */
import { parseManifestCid, type ManifestCid } from '../../codec/cid.ts'
import { QuireError } from '../../errors.ts'
import { isFarAhead } from '../clock.ts'
import type { CommunityId } from '../ids.ts'
import type { OfferedLink } from './archive-link.ts'

/** How far a clock may run ahead of the message’s own time. Source: Status, facts §4.8. */
const MAX_AHEAD_MS = 120_000

export interface AcceptedLink {
  readonly clockMs: number
  readonly indexCid: ManifestCid
}

export interface LinkKnowledge {
  readonly community: CommunityId
  readonly link?: AcceptedLink | undefined
  /** The highest clock of a link that a signed description of the community has named. */
  readonly floorClockMs: number
  readonly nowMs: number
}

/**
 * equal: the index that is followed already, perhaps announced again with a newer clock, which counts from now on ·
 * nothing: signed, and it says that nothing is published.
 */
export type LinkVerdict =
  | { readonly verdict: 'accept' | 'equal'; readonly link: AcceptedLink }
  | { readonly verdict: 'nothing' }

/**
 * Whether a link is to be followed from now on.
 *
 * Two links with one clock (a fault of the owner’s) are ordered by their text, so that all members end at the same one.
 *
 * Errors: `ERR_SIGNATURE_INVALID` (another key), `ERR_LINK_OLD` (a newer one is known), `ERR_ENVELOPE_INVALID` (a clock
 * that is nought or more than two minutes ahead), `ERR_INDEX_INVALID` (it names no dataset).
 */
export function acceptLink(offer: OfferedLink, known: LinkKnowledge): LinkVerdict {
  const { clockMs, archiveLink } = offer
  if (offer.signer !== known.community) {
    throw new QuireError('ERR_SIGNATURE_INVALID', 'The archive link is not signed by the community’s key.')
  }
  const latestMs = latestClockMs(Math.max(known.nowMs, offer.sentAtMs ?? 0))
  if (!Number.isSafeInteger(clockMs) || clockMs <= 0 || clockMs > latestMs) {
    throw new QuireError('ERR_ENVELOPE_INVALID', 'The archive link’s clock is wrong.', { details: { clockMs } })
  }
  const { floorClockMs } = known
  // It was accepted while this device’s own clock was as wrong as its maker’s.
  const link = isFarAhead(known.link?.clockMs ?? 0, known.nowMs) ? undefined : known.link
  const newestMs = Math.max(isFarAhead(floorClockMs, known.nowMs) ? 0 : floorClockMs, link?.clockMs ?? 0)
  if (clockMs < newestMs) throw oldLink(clockMs, newestMs)
  if (archiveLink === '') return { verdict: 'nothing' }
  const indexCid = cidOfLink(archiveLink)
  const before = link?.indexCid.toString()
  if (indexCid.toString() === before) return { verdict: 'equal', link: { clockMs, indexCid } }
  if (clockMs === link?.clockMs && indexCid.toString() < String(before)) throw oldLink(clockMs, newestMs)
  return { verdict: 'accept', link: { clockMs, indexCid } }
}

/** A clock beyond it is wrong; taken for true, it would shut out every link to come. */
export function latestClockMs(nowMs: number): number {
  return nowMs + MAX_AHEAD_MS
}

function oldLink(clockMs: number, newestMs: number): QuireError {
  return new QuireError('ERR_LINK_OLD', 'A newer archive link is known.', { details: { clockMs, newestMs } })
}

function cidOfLink(text: string): ManifestCid {
  try {
    return parseManifestCid(text)
  } catch (cause) {
    throw new QuireError('ERR_INDEX_INVALID', 'The archive link does not name a dataset.', { cause })
  }
}
