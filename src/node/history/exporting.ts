import { cidText } from '../../codec/cid.ts'
import type { ExportArchive, ExportGap, ExportHead, ExportMessage } from '../../history/export/export-message.ts'
import { exportSpan, type ExportFile } from '../../history/export/export-span.ts'
import type { ChatId, MessageId } from '../../history/ids.ts'
import type { AbortOptions } from '../../history/ports.ts'
import { cursorClockMs } from '../../history/timeline/read-timeline.ts'
import type { GapReason, TimelineMessage } from '../../history/timeline/types.ts'
import { isQuireError, QuireError } from '../../errors.ts'
import type { Communities } from './communities.ts'
import type { CommunityRun } from './community-run.ts'
import type { HistoryParts } from './history-parts.ts'
import type { Reading } from './reading.ts'

const PAGE_ROWS = 200
/** A message’s clock may be so far from the time that it shows. */
const CLOCK_SLACK_MS = 24 * 3_600_000

const WHY: Readonly<Record<GapReason, string>> = {
  'not-fetched': 'This time was not fetched to the device that wrote this file.',
  fetching: 'This time was still being fetched.',
  'missing-key': 'This time is encrypted with a key that was not there.',
  'nobody-has-it': 'Nobody who was online had this time.',
  'not-published': 'The owner has not published this time.',
  damaged: 'What was published of this time is damaged.',
}

export interface ExportedSpan {
  readonly fromMs: number
  /** One past the last moment. */
  readonly toMs: number
  readonly channelId?: string | undefined
  readonly format: 'html' | 'json' | 'archives'
}

interface ExportingComponents {
  readonly parts: HistoryParts
  readonly communities: Communities
  readonly reading: Reading
}

/** What is held of a span as one file. */
export class Exporting {
  readonly #components: ExportingComponents

  constructor(components: ExportingComponents) {
    this.#components = components
  }

  /** Errors: `ERR_OPTION_INVALID` (nothing lies between the two moments), `ERR_STORE_FULL`, `ERR_SAVE_FAILED`. */
  async export(id: string, span: ExportedSpan, { signal }: AbortOptions = {}): Promise<File> {
    const { communities, parts } = this.#components
    const run = communities.get(id)
    if (!(span.fromMs < span.toMs)) {
      throw new QuireError('ERR_OPTION_INVALID', 'The span ends before it begins.')
    }
    signal?.throwIfAborted()
    return parts.writeFile(await this.#fileOf(run, span), { signal })
  }

  async #fileOf(run: CommunityRun, span: ExportedSpan): Promise<ExportFile> {
    const head = this.#headOf(run, span)
    if (span.format === 'archives') {
      const archives = this.#archivesOf(run, span)
      return exportSpan({ format: 'archives', head, index: await this.#indexOf(run), archives })
    }
    const source = {
      head,
      messages: (channelId: string) => this.#messages(run, { ...span, channelId }),
      attachment: (messageId: string, index: number) => this.#attachment(run, messageId as MessageId, index),
    }
    return exportSpan({ format: span.format, source })
  }

  #headOf(run: CommunityRun, { fromMs, toMs, channelId }: ExportedSpan): ExportHead {
    const described = [...(run.description?.chats ?? [])].toSorted(([, a], [, b]) => a.position - b.position)
    const channels = described.map(([uuid, { identity }]) => ({
      id: `${run.id}${uuid}`,
      name: identity?.displayName ?? uuid,
    }))
    return {
      communityId: run.id,
      communityName: run.description?.identity?.displayName ?? '',
      fromMs,
      toMs,
      channels: channels.filter(({ id }) => channelId === undefined || id === channelId),
      gaps: run.spans().flatMap((gap): ExportGap[] => {
        if (gap.state === 'held' || gap.state === 'known' || gap.fromMs >= toMs || gap.toMs <= fromMs) return []
        return [{ fromMs: Math.max(fromMs, gap.fromMs), toMs: Math.min(toMs, gap.toMs), why: WHY[gap.state] }]
      }),
    }
  }

  /** Page by page, so that a year needs no more memory than a day. */
  async *#messages(
    run: CommunityRun,
    { fromMs, toMs, channelId }: { fromMs: number; toMs: number; channelId: string },
  ): AsyncGenerator<ExportMessage> {
    const { parts, reading } = this.#components
    const context = { ...reading.contextOf(run), spans: [] }
    const read = (anchor: Parameters<Reading['timeline']>[1]['anchor']) =>
      parts.timeline.timeline(run.id, { channelId: channelId as ChatId, anchor, limit: PAGE_ROWS }, context)
    let page = await read({ kind: 'time', atMs: Math.max(0, fromMs - CLOCK_SLACK_MS) })
    for (;;) {
      const messages = page.rows.filter((row): row is TimelineMessage => row.kind === 'message')
      yield* messages.filter(({ atMs }) => atMs >= fromMs && atMs < toMs)
      // By the clock that rows are ordered by: what time it shows is each author’s own word.
      if (page.newerCursor === undefined || cursorClockMs(page.newerCursor) >= toMs + CLOCK_SLACK_MS) return
      page = await read({ kind: 'after', cursor: page.newerCursor })
    }
  }

  async #attachment(run: CommunityRun, messageId: MessageId, index: number): Promise<Uint8Array | undefined> {
    try {
      return (await this.#components.parts.timeline.attachment(run.id, messageId, index)).bytes
    } catch (error) {
      if (isQuireError(error, 'ERR_MESSAGE_NOT_FOUND')) return undefined
      throw error
    }
  }

  #archivesOf(run: CommunityRun, { fromMs, toMs }: ExportedSpan): ExportArchive[] {
    const { datasets } = this.#components.parts
    return run.follower.archives.flatMap(({ entry, state }): ExportArchive[] => {
      const [startMs, endMs] = [entry.fromSeconds * 1000, entry.toSeconds * 1000]
      if ((state !== 'held' && state !== 'missing-key') || startMs >= toMs || endMs <= fromMs) return []
      const read = (): Promise<Uint8Array> => datasets.read(entry.cid)
      return [{ archiveId: entry.id, cid: cidText(entry.cid), fromMs: startMs, toMs: endMs, read }]
    })
  }

  async #indexOf(run: CommunityRun): Promise<Uint8Array | undefined> {
    const { datasets } = this.#components.parts
    const cid = run.follower.link?.indexCid
    return cid !== undefined && (await datasets.isHeld(cid)) ? datasets.read(cid) : undefined
  }
}
