import { describe, expect, it } from 'vitest'
import type { FollowedArchive } from '../../history/follow/follow-state.ts'
import { weekEntry, Source } from '../../history/testing/follower-fixture.ts'
import { archiveSpans } from './archive-spans.ts'

const source = new Source()
const entry = await source.archive(3)
const [fromMs, toMs] = [entry.fromSeconds * 1000, entry.toSeconds * 1000]
const rest = { sizeBytes: 100, doneBytes: 100, messageCount: undefined, missingKeyIds: [] }
const NOBODY = { linkClockMs: undefined, nowMs: toMs }

function archive(change: Partial<FollowedArchive> = {}): FollowedArchive {
  return { entry, state: 'held', isRead: false, ...rest, ...change }
}

describe('archiveSpans', () => {
  it('takes what is shown of an archive that is being read for held, and the rest for on its way', () => {
    const shown = { archiveId: entry.id, fromMs: fromMs + 10, toMs: toMs - 20 }
    expect(archiveSpans([archive()], { ...NOBODY, shown })).toEqual([
      { fromMs, toMs: fromMs + 10, state: 'fetching' },
      { fromMs: fromMs + 10, toMs: toMs - 20, state: 'held' },
      { fromMs: toMs - 20, toMs, state: 'fetching' },
    ])
    expect(archiveSpans([archive()], { ...NOBODY, shown: { ...shown, toMs } })).toHaveLength(2)
  })

  it('takes nothing of one for held of which nothing is shown, or of which another one is', () => {
    const other = weekEntry(4, entry.cid)
    const shown = { archiveId: other.id, fromMs, toMs }
    for (const each of [undefined, shown, { ...shown, archiveId: entry.id, toMs: fromMs }]) {
      expect(archiveSpans([archive()], { ...NOBODY, shown: each })).toEqual([{ fromMs, toMs, state: 'fetching' }])
    }
  })
})
