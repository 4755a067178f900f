/**
 * Descriptions that are too large for one envelope, until all their parts are here.
 *
 * Only parts in envelopes that the community’s key has signed come here, so nobody else can fill the room. A part counts by its
 * number: the same one in another envelope is known.
 */
import type { MessagePart } from '../message/opening.ts'
import type { EnvelopeBytes } from './live-types.ts'

/** With two of parity; together with a link they fit into an answer of 2 MiB. */
export const MAX_DESCRIPTION_PARTS = 18
/** Descriptions of which some parts are here. */
const MAX_OPEN = 4
/** Those whose parts are not taken again, because they were told, or are older than what is known. */
const MAX_DONE = 64

export class DescriptionParts {
  readonly #open = new Map<string, Map<number, EnvelopeBytes>>()
  readonly #done = new Set<string>()

  /** False where it is known, or one too many. */
  add({ whole, number }: MessagePart, envelope: EnvelopeBytes): boolean {
    if (this.#done.has(whole)) return false
    const parts = this.#open.get(whole) ?? new Map<number, EnvelopeBytes>()
    if (parts.has(number) || parts.size >= MAX_DESCRIPTION_PARTS) return false
    this.#open.set(whole, parts.set(number, envelope.slice()))
    dropOldest(this.#open, MAX_OPEN)
    return true
  }

  /** Those that are here, by number. */
  of({ whole }: MessagePart): EnvelopeBytes[] {
    const parts = [...(this.#open.get(whole) ?? [])]
    return parts.toSorted(([a], [b]) => a - b).map(([, envelope]) => envelope)
  }

  /** It is of no use to have its parts again. */
  end({ whole }: MessagePart): void {
    this.#open.delete(whole)
    this.#done.add(whole)
    dropOldest(this.#done, MAX_DONE)
  }
}

function dropOldest(kept: Map<string, unknown> | Set<string>, most: number): void {
  for (const key of kept.keys()) {
    if (kept.size <= most) return
    kept.delete(key)
  }
}
