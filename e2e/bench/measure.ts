import type { Figure } from './figure.ts'
import type { Lab } from './lab.ts'
import type { Rounds } from './statistics.ts'

/** Of the sample community. */
export interface SampleSize {
  readonly messages: number
  readonly weeks: number
  readonly channels: number
}

export interface Setting {
  readonly lab: Lab
  /** The numbers of the rounds, as they may start; asked for once by each measure. */
  readonly rounds: () => Iterable<number>
  /** Those rounds for contestants that take turns (`Rounds.run`); `one` gives the sample. */
  readonly inTurn: <N extends string>(
    names: readonly N[],
    one: (name: N, round: number) => Promise<number>,
  ) => Promise<Rounds<N>>
  /** A run of all measures must stay below five minutes: smaller sizes, shorter limits. */
  readonly isQuick: boolean
  /** Whether the bench’s own packages are there. */
  readonly hasRivals: boolean
  readonly sample: SampleSize
  /** The project’s root. */
  readonly root: string
}

/** One group of figures that are measured together; a file in `measures/`. */
export interface Measure {
  /** What `--only` takes. */
  readonly name: string
  /** What it shows, one sentence. */
  readonly title: string
  /** What it may take in a quick run, seconds; without it a quick run leaves it out. */
  readonly quickBudgetS?: number
  /** The app alone, against aims and not against others: where all that run are so, the bench’s own packages are not needed. */
  readonly isAlone?: boolean
  readonly run: (setting: Setting) => Promise<Figure[]>
}

export const MB = 1_000_000
