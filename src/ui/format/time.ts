/** Durations and moments in words that do not need a ticking clock to stay true. */
import { LOCALE } from './bytes.ts'

const MINUTE = 60
const DAY = 86_400
/** Of UTC; a day of the reader’s clock may be an hour shorter or longer. */
export const DAY_MS = 1000 * DAY

/**
 * “12 s”, “3 min 20 s”, “25 min”, “2 h 5 min”, “3 days”; at least one second.
 *
 * Undefined for what is no span of time (not finite, negative) or too long to be worth saying (over thirty days).
 */
export function formatDuration(seconds: number | undefined): string | undefined {
  if (seconds === undefined || !Number.isFinite(seconds) || seconds < 0 || seconds > 30 * DAY) return undefined
  const whole = Math.max(1, Math.round(seconds))
  if (whole < MINUTE) return `${whole} s`
  if (whole < 10 * MINUTE) return pair(Math.floor(whole / MINUTE), 'min', whole % MINUTE, 's')
  const minutes = Math.round(whole / MINUTE)
  if (minutes < 60) return `${minutes} min`
  if (whole < DAY) return pair(Math.floor(minutes / 60), 'h', minutes % 60, 'min')
  const days = Math.round(whole / DAY)
  return days === 1 ? '1 day' : `${days} days`
}

/** “12 s left”. */
export function formatTimeLeft(seconds: number | undefined): string | undefined {
  const text = formatDuration(seconds)
  return text === undefined ? undefined : `${text} left`
}

const LAST_MS = 8.64e15

/** A `Date` that every formatter takes: a moment that none can hold becomes the nearest one that it does. */
export function dateOf(ms: number): Date {
  return new Date(Number.isNaN(ms) ? 0 : Math.max(-LAST_MS, Math.min(LAST_MS, ms)))
}

/** The time of today, the day of this year, the date otherwise: “14:05”, “20 Aug”, “20 Aug 2025”. */
export function formatWhen(whenMs: number, nowMs: number): string {
  const when = dateOf(whenMs)
  const now = new Date(nowMs)
  if (when.toDateString() === now.toDateString()) return TIME_FORMAT.format(when)
  return (when.getFullYear() === now.getFullYear() ? DAY_FORMAT : DATE_FORMAT).format(when)
}

/** “20 August 2026 at 14:05”. */
export function formatMoment(whenMs: number): string {
  return MOMENT_FORMAT.format(dateOf(whenMs))
}

/** “42 ms”, “1.2 s”. */
export function formatRoundTrip(rttMs: number | undefined): string {
  if (rttMs === undefined || !Number.isFinite(rttMs)) return 'not measured'
  if (rttMs < 1) return 'below 1 ms'
  return rttMs < 1000 ? `${Math.round(rttMs)} ms` : `${(rttMs / 1000).toFixed(1)} s`
}

const TIME_FORMAT = new Intl.DateTimeFormat(LOCALE, { hour: '2-digit', minute: '2-digit' })
const DAY_FORMAT = new Intl.DateTimeFormat(LOCALE, { day: 'numeric', month: 'short' })
const DATE_FORMAT = new Intl.DateTimeFormat(LOCALE, { day: 'numeric', month: 'short', year: 'numeric' })
const MOMENT_FORMAT = new Intl.DateTimeFormat(LOCALE, { dateStyle: 'long', timeStyle: 'short' })

function pair(large: number, largeUnit: string, small: number, smallUnit: string): string {
  return small === 0 ? `${large} ${largeUnit}` : `${large} ${largeUnit} ${small} ${smallUnit}`
}
