/** What was measured so far, by name. */
export class Samples {
  readonly log: (text: string) => void
  readonly #byName = new Map<string, number[]>()
  readonly #failures = new Map<string, number>()

  constructor(log: (text: string) => void) {
    this.log = log
  }

  add(name: string, sample: number): void {
    this.#byName.set(name, [...this.of(name), sample])
    this.log(`  ${name}: ${sample.toPrecision(3)}`)
  }

  /** Adds what `measure` gives; a failure is told of, counted, and ends nothing else. */
  async attempt(name: string, measure: () => Promise<number>): Promise<void> {
    try {
      this.add(name, await measure())
    } catch (error) {
      this.#failures.set(name, (this.#failures.get(name) ?? 0) + 1)
      this.log(`  ${name} failed: ${error instanceof Error ? error.message : String(error)}`)
    }
  }

  of(name: string): readonly number[] {
    return this.#byName.get(name) ?? []
  }

  /** For the note of a figure; undefined where nothing failed. */
  noteOf(name: string): string | undefined {
    const count = this.#failures.get(name) ?? 0
    return count === 0 ? undefined : `failed ${count} of ${count + this.of(name).length} times`
  }
}
