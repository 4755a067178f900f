/** Counts by day and channel, from what memory knows of each archive: no message is read for them. */
import type { ChatId } from '../ids.ts'
import type { CommunityState } from './community-state.ts'
import { gapsOf } from './gaps.ts'
import { addDays, LocalDays } from './quarter-counts.ts'
import type { Activity, ArchiveSpan, ChannelCount } from './types.ts'

export function readActivity(
  state: CommunityState,
  channelId: ChatId | undefined,
  spans: readonly ArchiveSpan[],
): Activity {
  const channel = channelId === undefined ? undefined : (state.channelNumber(channelId) ?? -1)
  const counts = new Map<number, number>()
  const localDays = new LocalDays()
  let [firstAtMs, lastAtMs] = [Infinity, -Infinity]
  for (const segment of state.readable()) {
    addDays(segment.quarters, channel, { counts, days: localDays })
    const clocks = segment.pages
      .filter((ref) => channel === undefined || ref.channel === channel)
      .flatMap(({ firstClockMs, lastClockMs }) => [firstClockMs, lastClockMs])
    for (const clock of clocks) {
      firstAtMs = Math.min(firstAtMs, clock)
      lastAtMs = Math.max(lastAtMs, clock)
    }
  }
  const days = [...counts].map(([day, count]) => ({ day, count })).sort((a, b) => a.day - b.day)
  const gaps = gapsOf(spans)
  return days.length === 0 ? { days, gaps } : { days, gaps, firstAtMs, lastAtMs }
}

export function readChannels(state: CommunityState): ChannelCount[] {
  const counts = new Map<number, { messageCount: number; newestAtMs: number }>()
  for (const { channel, count, lastClockMs } of state.readable().flatMap(({ pages }) => pages)) {
    const { messageCount = 0, newestAtMs = 0 } = counts.get(channel) ?? {}
    counts.set(channel, { messageCount: messageCount + count, newestAtMs: Math.max(newestAtMs, lastClockMs) })
  }
  return [...counts].map(([channel, known]) => ({ channelId: state.channelAt(channel), ...known }))
}
