/** A year at a glance: the darker a day, the more was said; hatched where nothing is known. A click goes there. */
import { useSignal } from '@preact/signals'
import type { Signal } from '@preact/signals'
import { useEffect, useRef } from 'preact/hooks'
import { ErrorBox } from '../../components/error-box.tsx'
import { countOf, formatCount, LOCALE } from '../../format/bytes.ts'
import type { ErrorView } from '../../../rpc/api.ts'
import { viewOfError } from '../../../rpc/errors.ts'
import type { ActivityView } from '../../../rpc/history-api.ts'
import { DAY_MS } from '../../format/time.ts'
import { dateOfDay, dayAt, monthsOf, startOfDay, yearsOf } from './calendar-days.ts'
import type { CalendarDay, CalendarMonth } from './calendar-days.ts'
import { onCalendarKey } from './calendar-keys.ts'
import { sentenceOfGap } from './gap-words.ts'
import { SidePanel } from './side-panel.tsx'
import { useScope } from './timeline-scope.ts'
import { ToolIcon } from './tool-icon.tsx'
import { useListener } from './use-listener.ts'

const MONTH = new Intl.DateTimeFormat(LOCALE, { month: 'long', timeZone: 'UTC' })
const DAY = new Intl.DateTimeFormat(LOCALE, { dateStyle: 'long', timeZone: 'UTC' })

export function CalendarPanel() {
  const scope = useScope()
  const { activity, failure } = useActivity()
  const chosenYear = useSignal<number | undefined>(undefined)
  const known = activity.value
  if (known === undefined) {
    return (
      <SidePanel title="Calendar">
        {failure.value === undefined ? (
          <progress class="progress" aria-label="Counting the days" />
        ) : (
          <ErrorBox error={failure.value} title="The days could not be counted" />
        )}
      </SidePanel>
    )
  }
  const years = yearsOf(known, Date.now())
  const readingDay = dayAt(scope.readingAtMs.value ?? Date.now())
  const readingYear = dateOfDay(readingDay).getUTCFullYear()
  const year = chosenYear.value ?? (years.includes(readingYear) ? readingYear : (years.at(-1) ?? readingYear))
  const goTo = (day: number) => {
    scope.leavePanel()
    void scope.model.open({ kind: 'time', atMs: startOfDay(day) })
  }
  return (
    <SidePanel title="Calendar" class="calendar-panel">
      <YearBar years={years} year={year} chosenYear={chosenYear} />
      <JumpForm activity={known} onGo={goTo} />
      <YearGrid activity={known} year={year} readingDay={readingDay} onGo={goTo} />
      <Legend />
    </SidePanel>
  )
}

function useActivity() {
  const scope = useScope()
  const activity = useSignal<ActivityView | undefined>(undefined)
  const failure = useSignal<ErrorView | undefined>(undefined)
  const touches = scope.touches.value
  useEffect(() => {
    let isCurrent = true
    scope.host.api.activity(scope.community.peek().id, scope.channelId).then(
      (found) => {
        if (isCurrent) activity.value = found
      },
      (error: unknown) => {
        if (isCurrent) failure.value = viewOfError(error)
      },
    )
    return () => {
      isCurrent = false
    }
  }, [scope, touches])
  return { activity, failure }
}

interface YearBarProps {
  readonly years: readonly number[]
  readonly year: number
  readonly chosenYear: Signal<number | undefined>
}

function YearBar({ years, year, chosenYear }: YearBarProps) {
  const at = years.indexOf(year)
  const go = (step: number) => (chosenYear.value = years[at + step])
  return (
    <div class="year-bar">
      <button
        type="button"
        class="button button-quiet"
        aria-label="The year before"
        disabled={at <= 0}
        onClick={() => go(-1)}
      >
        <ToolIcon name="left" />
      </button>
      <span class="year-name numbers" aria-live="polite">
        {year}
      </span>
      <button
        type="button"
        class="button button-quiet"
        aria-label="The year after"
        disabled={at >= years.length - 1}
        onClick={() => go(1)}
      >
        <ToolIcon name="right" />
      </button>
    </div>
  )
}

/** A date by its number, for those who know it. */
function JumpForm({ activity, onGo }: { activity: ActivityView; onGo: (day: number) => void }) {
  const onChange = ({ currentTarget }: { currentTarget: HTMLInputElement }) => {
    // The field’s number is the day’s midnight in UTC, wherever this device is.
    const dayMs = currentTarget.valueAsNumber
    if (Number.isFinite(dayMs)) onGo(Math.floor(dayMs / DAY_MS))
  }
  const dayText = (ms: number | undefined) =>
    ms === undefined ? undefined : dateOfDay(dayAt(ms)).toISOString().slice(0, 10)
  return (
    <label class="jump-form">
      <span class="quiet">Go to</span>
      <input
        class="field"
        type="date"
        data-first
        min={dayText(activity.firstAtMs)}
        max={dayText(activity.lastAtMs)}
        onChange={onChange}
      />
    </label>
  )
}

interface YearGridProps {
  readonly activity: ActivityView
  readonly year: number
  readonly readingDay: number
  readonly onGo: (day: number) => void
}

function YearGrid({ activity, year, readingDay, onGo }: YearGridProps) {
  const months = monthsOf(activity, year)
  const grid = useRef<HTMLFieldSetElement>(null)
  useListener(grid, 'keydown', onCalendarKey)
  useEffect(() => {
    grid.current?.querySelector('[aria-current]')?.scrollIntoView({ block: 'center', behavior: 'instant' })
  }, [year])
  const days = months.flatMap((month) => month.days)
  const open = days.filter(({ isOutside }) => !isOutside)
  // One stop for the Tab key; the arrows go on from there.
  const tabDay = open.find(({ day }) => day === readingDay)?.day ?? open.at(-1)?.day
  if (open.length === 0) return <p class="quiet">Nothing of this year is known.</p>
  const shown = months.filter((month) => month.days.some(({ isOutside }) => !isOutside))
  return (
    <fieldset ref={grid} class="year-grid" aria-label={`Days of ${year}`}>
      {shown.map((month) => (
        <MonthGrid key={month.month} month={month} readingDay={readingDay} tabDay={tabDay} onGo={onGo} />
      ))}
    </fieldset>
  )
}

interface MonthGridProps {
  readonly month: CalendarMonth
  readonly readingDay: number
  readonly tabDay: number | undefined
  readonly onGo: (day: number) => void
}

function MonthGrid({ month: { year, month, leadingPlaces, days }, readingDay, tabDay, onGo }: MonthGridProps) {
  const total = days.reduce((sum, { count }) => sum + count, 0)
  return (
    <section class="month">
      <h3 class="month-name">
        {MONTH.format(Date.UTC(year, month, 1))}
        <span class="quiet numbers">{total === 0 ? '' : formatCount(total)}</span>
      </h3>
      <div class="month-days">
        {days.map((day, at) => (
          <button
            key={day.day}
            type="button"
            class={`calendar-day calendar-level-${day.level}${day.gap === undefined ? '' : ' calendar-gap'}`}
            style={at === 0 ? { gridColumnStart: leadingPlaces + 1 } : undefined}
            data-day={day.day}
            disabled={day.isOutside}
            tabIndex={day.day === tabDay ? 0 : -1}
            aria-label={wordsOfDay(day)}
            aria-current={day.day === readingDay ? 'date' : undefined}
            title={wordsOfDay(day)}
            onClick={() => onGo(day.day)}
          >
            {at + 1}
          </button>
        ))}
      </div>
    </section>
  )
}

function wordsOfDay({ day, count, gap }: CalendarDay): string {
  const date = DAY.format(dateOfDay(day))
  if (gap !== undefined) return `${date}: ${sentenceOfGap(gap).text.toLowerCase()}`
  return `${date}: ${count === 0 ? 'no messages' : countOf(count, 'message')}`
}

function Legend() {
  return (
    <p class="calendar-legend quiet">
      <span>Fewer</span>
      {[1, 2, 3, 4].map((level) => (
        <span key={level} class={`calendar-swatch calendar-level-${level}`} />
      ))}
      <span>More messages</span>
      <span class="calendar-swatch calendar-gap" />
      <span>Not here</span>
    </p>
  )
}
