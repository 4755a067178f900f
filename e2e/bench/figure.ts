import { median } from '../fixtures/quantile.ts'
import type { Rounds } from './statistics.ts'

/** One number of the benchmark: what each round gave, and what it is compared with. */
export interface Figure {
  readonly name: string
  readonly unit: string
  readonly samples: readonly number[]
  readonly baseline?: { readonly name: string; readonly samples: readonly number[] } | undefined
  readonly aim?: Aim | undefined
  /** True where no round may miss the aim: the most of an “at most”, the least of an “at least” is compared with it. */
  readonly isAimOfAll?: boolean | undefined
  /** What a reader must know to read the number. */
  readonly note?: string | undefined
  /** Where it stands in a picture over an axis; without it, it is a bar. */
  readonly point?: Point | undefined
}

/** One point of a line: figures of one measure and unit share the axis. */
export interface Point {
  readonly line: string
  readonly x: number
  /** What `x` counts, with its unit. */
  readonly axis: string
}

/** What the ratio to the baseline, or without a baseline the value, must be. */
export type Aim = { readonly atLeast: number } | { readonly atMost: number }

/** A figure as `--json` writes it. */
export interface FigureRecord {
  readonly name: string
  /** Median of the rounds. */
  readonly value: number
  readonly unit: string
  /** Median of what it is compared with, in the same unit. */
  readonly baseline: number | null
  readonly baselineName: string | null
  /** `value / baseline`; null where one of them has no rounds, too. */
  readonly ratio: number | null
  readonly rounds: number
  readonly min: number
  readonly max: number
  readonly samples: readonly number[]
  readonly aim: Aim | null
  readonly isMet: boolean | null
  readonly note: string | null
  readonly point: Point | null
}

export function recordOf({ name, unit, samples, baseline, aim, isAimOfAll, note, point }: Figure): FigureRecord {
  const value = median(samples)
  const base = baseline === undefined ? null : median(baseline.samples)
  const ratio = base === null || !Number.isFinite(value / base) ? null : value / base
  const judged = isAimOfAll === true && aim !== undefined ? worstOf(aim, samples) : value
  return {
    name,
    value,
    unit,
    baseline: base,
    baselineName: baseline?.name ?? null,
    ratio,
    rounds: samples.length,
    min: Math.min(...samples),
    max: Math.max(...samples),
    samples,
    aim: aim ?? null,
    // What could not be compared is not met.
    isMet: aim === undefined ? null : isMet(aim, base === null ? judged : (ratio ?? Number.NaN)),
    note: note ?? null,
    point: point ?? null,
  }
}

/** The figures of contestants whose rounds ran together, each against the same baseline. */
export function figureOf<N extends string>(rounds: Rounds<N>, name: N, more: Omit<Figure, 'samples' | 'note'>): Figure {
  return { ...more, samples: rounds.of(name), note: rounds.noteOf(name) }
}

function worstOf(aim: Aim, samples: readonly number[]): number {
  return 'atLeast' in aim ? Math.min(...samples) : Math.max(...samples)
}

function isMet(aim: Aim, value: number): boolean {
  return 'atLeast' in aim ? value >= aim.atLeast : value <= aim.atMost
}
