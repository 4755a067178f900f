/**
 * Answers what peers ask about communities from what is kept here: members as keepers do.
 *
 *   link ──▶ newest link and description    range ──▶ a page of envelopes    digests ──▶ hashes of what is held of a span
 *   serve ──▶ taken, if it is a community of ours
 */
import type { PeerKey } from '../../codec/peer-key.ts'
import type { CommunityId } from '../ids.ts'
import type { HistoryAnswer, HistoryNetwork, HistoryQuestion, Verdict } from '../ports.ts'
import { MAX_DESCRIPTION_PARTS } from './description-parts.ts'
import type { KeptEnvelopes } from './kept-envelopes.ts'
import { digestsOf, MAX_DIGESTS } from './span-digests.ts'

export interface LiveAnswersComponents {
  readonly network: Pick<HistoryNetwork, 'answer'>
  readonly kept: KeptEnvelopes
  /** Takes what a peer tells of a community that is followed or served here; undefined for others. */
  readonly receiverOf: (
    community: CommunityId,
  ) => { receive(envelopes: readonly Uint8Array[]): Promise<Verdict[]> } | undefined
  /** Keepers: begins to serve a community, and says whether it does. Members leave it out. */
  readonly serve?: (community: CommunityId, envelopes: readonly Uint8Array[], from: PeerKey) => Promise<boolean>
}

/** Newest link and newest description, the latter perhaps in parts. */
const MAX_TOLD = 1 + MAX_DESCRIPTION_PARTS
const MAX_PAGE = 512
const MAX_PAGE_BYTES = 512 * 1024

export class LiveAnswers {
  readonly #components: LiveAnswersComponents
  #end: (() => void) | undefined

  constructor(components: LiveAnswersComponents) {
    this.#components = components
  }

  start(): void {
    this.#end ??= this.#components.network.answer((question, from) => this.#answer(question, from))
  }

  stop(): void {
    this.#end?.()
  }

  async #answer(question: HistoryQuestion, from: PeerKey): Promise<HistoryAnswer | undefined> {
    const { kept, receiverOf, serve } = this.#components
    const { community } = question
    const receiver = receiverOf(community)
    if (question.kind === 'serve') {
      const envelopes = question.envelopes.slice(0, MAX_TOLD)
      if (serve !== undefined) return { kind: 'serve', isServed: await serve(community, envelopes, from) }
      await receiver?.receive(envelopes)
      return { kind: 'serve', isServed: false }
    }
    if (receiver === undefined) return undefined
    if (question.kind === 'link') {
      const [link, description] = await Promise.all([
        kept.newest(community, 'link'),
        kept.newest(community, 'description'),
      ])
      const { envelope, more: moreParts } = description ?? {}
      return { kind: 'link', link: link?.envelope, description: envelope, moreParts }
    }
    if (question.kind === 'digests') {
      const { parts, salt } = question
      if (parts < 1 || parts > MAX_DIGESTS) return undefined
      const { digests } = await digestsOf(kept.keys(community, question), { span: question, parts, salt })
      return { kind: 'digests', digests }
    }
    const limit = Math.min(Math.max(1, question.limit), MAX_PAGE)
    const page = await kept.range(community, { ...question, limit, maxBytes: MAX_PAGE_BYTES })
    return { kind: 'range', envelopes: page.envelopes.map(({ envelope }) => envelope), cursor: page.cursor }
  }
}
