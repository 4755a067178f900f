/** The last minute of each transfer’s rate, one value a second, for the plot beside it. */
import type { TransferView } from '../../rpc/api.ts'

export const HISTORY_SECONDS = 60

interface History {
  /** The second that the last value belongs to. */
  lastSecond: number
  readonly values: number[]
}

export class RateHistory {
  readonly #histories = new Map<string, History>()

  /** Notes what a transfer tells; of several in one second the last counts, a second of silence counts as none. */
  note({ id, bytesPerSecond }: Pick<TransferView, 'id' | 'bytesPerSecond'>, nowMs: number): void {
    const second = Math.floor(nowMs / 1000)
    const history = this.#histories.get(id) ?? { lastSecond: second - 1, values: [] }
    this.#histories.set(id, history)
    const { values } = history
    // The clock of the device may be set back: then the newest value is written over.
    const missed = Math.min(HISTORY_SECONDS, Math.max(0, second - history.lastSecond))
    for (let step = 0; step < missed; step++) values.push(0)
    values[Math.max(0, values.length - 1)] = bytesPerSecond
    values.splice(0, Math.max(0, values.length - HISTORY_SECONDS))
    history.lastSecond = Math.max(second, history.lastSecond)
  }

  forget(id: string): void {
    this.#histories.delete(id)
  }

  clear(): void {
    this.#histories.clear()
  }

  /** Bytes a second, the oldest first, at most 60. */
  of(id: string): readonly number[] {
    return this.#histories.get(id)?.values ?? []
  }
}
