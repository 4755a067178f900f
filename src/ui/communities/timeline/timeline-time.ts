/** Times as a timeline tells them: by the reader’s clock, days named where they are near. */
import { LOCALE } from '../../format/bytes.ts'
import { dateOf } from '../../format/time.ts'

const CLOCK = new Intl.DateTimeFormat(LOCALE, { hour: '2-digit', minute: '2-digit' })
const DAY = new Intl.DateTimeFormat(LOCALE, { weekday: 'long', day: 'numeric', month: 'long' })
const DAY_OF_YEAR = new Intl.DateTimeFormat(LOCALE, { weekday: 'long', day: 'numeric', month: 'long', year: 'numeric' })
const SHORT_DAY = new Intl.DateTimeFormat(LOCALE, { day: 'numeric', month: 'short' })
const SHORT_DAY_OF_YEAR = new Intl.DateTimeFormat(LOCALE, { day: 'numeric', month: 'short', year: 'numeric' })

/** “14:05”. */
export function formatClock(atMs: number): string {
  return CLOCK.format(dateOf(atMs))
}

/** “Today”, “Yesterday”, “Friday 14 August”, “Friday 14 August 2025”. */
export function formatDay(atMs: number, nowMs: number): string {
  const day = dateOf(atMs).toDateString()
  if (day === new Date(nowMs).toDateString()) return 'Today'
  const yesterday = new Date(nowMs)
  yesterday.setDate(yesterday.getDate() - 1)
  if (day === yesterday.toDateString()) return 'Yesterday'
  return (isSameYear(atMs, nowMs) ? DAY : DAY_OF_YEAR).format(dateOf(atMs))
}

/** “14 Aug”, “14 Aug 2025”. */
export function formatShortDay(atMs: number, nowMs: number): string {
  return (isSameYear(atMs, nowMs) ? SHORT_DAY : SHORT_DAY_OF_YEAR).format(dateOf(atMs))
}

/** “3–9 Mar 2025”, “28 Feb – 6 Mar 2025”; the end is not part of it. */
export function formatSpan(fromMs: number, toMs: number): string {
  return SHORT_DAY_OF_YEAR.formatRange(dateOf(fromMs), dateOf(Math.max(fromMs, toMs - 1)))
}

function isSameYear(aMs: number, bMs: number): boolean {
  return new Date(aMs).getFullYear() === new Date(bMs).getFullYear()
}
