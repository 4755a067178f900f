export interface PaceInit {
  readonly count: number
  /** No round is started that would probably end later than so long after the first call. */
  readonly budgetMs?: number | undefined
}

/** The numbers of the rounds, one after another as they may start; the first always. */
export function* paced({ count, budgetMs = Number.POSITIVE_INFINITY }: PaceInit): Generator<number> {
  const startedMs = performance.now()
  for (let round = 0; round < count; round++) {
    const usedMs = performance.now() - startedMs
    if (round > 0 && (usedMs / round) * (round + 1) > budgetMs) return
    yield round
  }
}

/** A contestant that hangs or breaks so often is left out of the rounds that follow. */
const MOST_FAILURES = 2

export interface RoundsInit {
  readonly numbers: Iterable<number>
  /** No more is begun, and what is there is the result. */
  readonly signal?: AbortSignal
  /** Hears of each sample and each failure as it comes. */
  readonly log?: (text: string) => void
}

/** What the rounds of some contestants gave. */
export class Rounds<N extends string> {
  readonly #samples = new Map<N, number[]>()
  readonly #failures = new Map<N, unknown[]>()

  /** Runs each contestant once a round, in the opposite order every other round, so that none is always the first. */
  static async run<N extends string>(
    names: readonly N[],
    { numbers, signal, log = () => undefined }: RoundsInit,
    one: (name: N, round: number) => Promise<number>,
  ): Promise<Rounds<N>> {
    const rounds = new Rounds<N>()
    const isOver = (): boolean => signal?.aborted === true
    for (const round of numbers) {
      for (const name of round % 2 === 0 ? names : names.toReversed()) {
        if (isOver()) return rounds
        if (rounds.#failuresOf(name).length >= MOST_FAILURES) continue
        try {
          const sample = await one(name, round)
          rounds.add(name, sample)
          log(`  ${name}: ${sample.toPrecision(3)}`)
        } catch (error) {
          if (isOver()) return rounds
          // One that breaks does not take the figures of the others with it; its note says how often it did.
          rounds.#failuresOf(name).push(error)
          log(`  ${name} failed: ${String(error)}`)
        }
      }
    }
    return rounds
  }

  add(name: N, sample: number): void {
    this.#samples.set(name, [...this.of(name), sample])
  }

  of(name: N): readonly number[] {
    return this.#samples.get(name) ?? []
  }

  /** What failed, for the note of a figure; undefined where nothing did. */
  noteOf(name: N): string | undefined {
    const failures = this.#failuresOf(name)
    if (failures.length === 0) return undefined
    const [first = ''] = String(failures[0]).split('\n')
    if (failures.length < MOST_FAILURES) return `failed in one round: ${first}`
    return `failed in ${failures.length} rounds, then left out: ${first}`
  }

  #failuresOf(name: N): unknown[] {
    const failures = this.#failures.get(name) ?? []
    this.#failures.set(name, failures)
    return failures
  }
}
