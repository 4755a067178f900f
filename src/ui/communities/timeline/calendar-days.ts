/** The days of a year with their activity, as a calendar draws them: days of this device’s clock, as the list has them. */
import type { ActivityView } from '../../../rpc/history-api.ts'
import { DAY_MS } from '../../format/time.ts'

export interface CalendarDay {
  /** Days since 1970, of this device’s calendar. */
  readonly day: number
  readonly count: number
  /** 0 for none, 1 to 4 by how many. */
  readonly level: number
  /** Why nothing is known of it. */
  readonly gap?: ActivityView['gaps'][number]['reason']
  /** Before the first message or after the last. */
  readonly isOutside: boolean
}

export interface CalendarMonth {
  readonly year: number
  /** 0 to 11. */
  readonly month: number
  /** Empty places before the first day: weeks begin on Monday. */
  readonly leadingPlaces: number
  readonly days: readonly CalendarDay[]
}

/** The day of a moment, by this device’s clock. */
export function dayAt(ms: number): number {
  const date = new Date(ms)
  return Math.floor(Date.UTC(date.getFullYear(), date.getMonth(), date.getDate()) / DAY_MS)
}

/** The first moment of a day, by this device’s clock. */
export function startOfDay(day: number): number {
  const date = dateOfDay(day)
  return new Date(date.getUTCFullYear(), date.getUTCMonth(), date.getUTCDate()).getTime()
}

/** To be read as UTC: what a day is called is the same everywhere. */
export function dateOfDay(day: number): Date {
  return new Date(day * DAY_MS)
}

/** The years that activity or gaps touch, oldest first; never empty. */
export function yearsOf({ days, gaps, firstAtMs, lastAtMs }: ActivityView, nowMs: number): readonly number[] {
  const moments = [
    ...gaps.flatMap(({ fromMs, toMs }) => [fromMs, toMs - 1]),
    ...[firstAtMs, lastAtMs].filter((ms) => ms !== undefined),
  ]
  const touched = [...days.map(({ day }) => day), ...moments.map(dayAt)]
  const years = touched.map((day) => dateOfDay(day).getUTCFullYear()).filter(Number.isFinite)
  const nowYear = new Date(nowMs).getFullYear()
  const first = years.reduce((least, year) => Math.min(least, year), nowYear)
  const last = years.reduce((most, year) => Math.max(most, year), first)
  return Array.from({ length: Math.min(200, last - first + 1) }, (_, at) => last - at).toReversed()
}

/** The months of a year. */
export function monthsOf(activity: ActivityView, year: number): readonly CalendarMonth[] {
  const counts = new Map(activity.days.map(({ day, count }) => [day, count]))
  const levelOf = levels(activity.days.map(({ count }) => count))
  const firstDay = activity.firstAtMs === undefined ? Number.POSITIVE_INFINITY : dayAt(activity.firstAtMs)
  const lastDay = activity.lastAtMs === undefined ? Number.NEGATIVE_INFINITY : dayAt(activity.lastAtMs)
  const dayOf = (day: number): CalendarDay => {
    const count = counts.get(day) ?? 0
    const [startMs, endMs] = [startOfDay(day), startOfDay(day + 1)]
    const gap = activity.gaps.find(({ fromMs, toMs }) => fromMs < endMs && toMs > startMs)
    const isOutside = gap === undefined && count === 0 && (day < firstDay || day > lastDay)
    return {
      day,
      count,
      level: levelOf(count),
      isOutside,
      ...(gap === undefined || count > 0 ? {} : { gap: gap.reason }),
    }
  }
  return Array.from({ length: 12 }, (_, month) => {
    const first = Date.UTC(year, month, 1) / DAY_MS
    const length = Date.UTC(year, month + 1, 1) / DAY_MS - first
    const leadingPlaces = (dateOfDay(first).getUTCDay() + 6) % 7
    return { year, month, leadingPlaces, days: Array.from({ length }, (_, at) => dayOf(first + at)) }
  })
}

/** Levels by quarters of the busy days, so that one burst does not make all other days look empty. */
function levels(counts: readonly number[]): (count: number) => number {
  const busy = counts.filter((count) => count > 0).toSorted((a, b) => a - b)
  const bounds = [0.25, 0.5, 0.8].map((part) => busy[Math.floor(part * busy.length)] ?? 0)
  const isEven = busy[0] === busy.at(-1)
  return (count) => (count === 0 ? 0 : isEven ? 2 : 1 + bounds.filter((bound) => count >= bound).length)
}
