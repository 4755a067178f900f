import type { ChatId, CommunityId } from '../../history/ids.ts'
import { Coalescer } from '../coalescer.ts'

export interface Touched {
  readonly communityId: CommunityId
  /** Undefined for all. */
  readonly channelIds?: readonly ChatId[] | undefined
  readonly fromMs: number
  readonly toMs: number
}

/** What was touched since it was told last, as one span a community; told at most four times a second. */
export class TouchedSpans {
  readonly #tell: (touched: Touched) => void
  readonly #marked: Coalescer<CommunityId>
  readonly #spans = new Map<CommunityId, Touched>()

  constructor(tell: (touched: Touched) => void) {
    this.#tell = tell
    this.#marked = new Coalescer((ids) => this.#tellAll(ids))
  }

  touch(touched: Touched): void {
    const before = this.#spans.get(touched.communityId)
    this.#spans.set(touched.communityId, before === undefined ? touched : joined(before, touched))
    this.#marked.mark(touched.communityId)
  }

  /** Forgets what is not told yet. */
  stop(): void {
    this.#marked.stop()
    this.#spans.clear()
  }

  #tellAll(ids: ReadonlySet<CommunityId>): void {
    for (const id of ids) {
      const span = this.#spans.get(id)
      this.#spans.delete(id)
      if (span !== undefined) this.#tell(span)
    }
  }
}

function joined(a: Touched, b: Touched): Touched {
  const isAll = a.channelIds === undefined || b.channelIds === undefined
  const channelIds = isAll ? undefined : [...new Set([...(a.channelIds ?? []), ...(b.channelIds ?? [])])]
  return {
    communityId: a.communityId,
    channelIds,
    fromMs: Math.min(a.fromMs, b.fromMs),
    toMs: Math.max(a.toMs, b.toMs),
  }
}
