/** What an answer waited for, as `Server-Timing` (milliseconds). */
export class Timing {
  readonly #entries: string[] = []

  get header(): string {
    return this.#entries.length === 0 ? 'memory;dur=0' : this.#entries.join(', ')
  }

  async measure<T>(name: string, work: Promise<T>): Promise<T> {
    const startMs = performance.now()
    const value = await work
    this.#entries.push(`${name};dur=${(performance.now() - startMs).toFixed(1)}`)
    return value
  }
}
