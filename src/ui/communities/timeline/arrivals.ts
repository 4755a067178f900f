/**
 * Tells screen readers of messages that come in while one reads, several in one sentence:
 *
 *   rows at the end ─▶ note ─▶ some seconds, in which more may come ─▶ announce “3 new messages, the last from Tomas”
 */
import type { MessageView, TimelineRow } from '../../../rpc/history-api.ts'
import { displayName } from '../../format/names.ts'
import { countOf } from '../../format/bytes.ts'
import { messageBlocks, plainText } from './message-text.ts'
import type { TimelineHost } from './timeline-host.ts'

/** What comes within this is told together. */
export const GATHER_MS = 3000
const SPOKEN_CHARACTERS = 160

export class Arrivals {
  readonly #host: Pick<TimelineHost, 'announce' | 'later'>
  #newestMs: number | undefined
  #untold: readonly MessageView[] = []
  #cancel: (() => void) | undefined

  constructor(host: Pick<TimelineHost, 'announce' | 'later'>) {
    this.#host = host
  }

  /** What the newest rows of the channel are now; of those that were there at first nothing is told. */
  note(rows: readonly TimelineRow[]): void {
    const before = this.#newestMs
    const messages = rows.filter((row) => row.kind === 'message')
    this.#newestMs = messages.reduce((newest, { atMs }) => Math.max(newest, atMs), before ?? Number.NEGATIVE_INFINITY)
    if (before === undefined) return
    const came = messages.filter(
      ({ atMs, isOwn, isDeleted, delivery }) => atMs > before && !isOwn && !isDeleted && delivery === 'live',
    )
    if (came.length === 0) return
    this.#untold = [...this.#untold, ...came]
    this.#cancel ??= this.#host.later(() => this.#tell(), GATHER_MS)
  }

  stop(): void {
    this.#cancel?.()
    this.#cancel = undefined
    this.#untold = []
  }

  #tell(): void {
    const untold = this.#untold
    const last = untold.at(-1)
    this.stop()
    if (last === undefined) return
    const name = displayName(last.author.name)
    this.#host.announce(
      untold.length === 1
        ? `New message from ${name}: ${spokenWords(last)}`
        : `${countOf(untold.length, 'new message')}, the last from ${name}`,
    )
  }
}

function spokenWords({ text, attachments }: MessageView): string {
  const words = plainText(messageBlocks(text.slice(0, 4 * SPOKEN_CHARACTERS)))
  if (words === '') return countOf(attachments.length, 'attachment')
  return words.length > SPOKEN_CHARACTERS ? `${words.slice(0, SPOKEN_CHARACTERS)}…` : words
}
