import type { CircuitEnd } from './circuit.ts'

/** What the relay did since the start, and what it does now. */
export interface RelayCounts {
  /** Bytes that circuits carried from those who dialled. */
  readonly dialerBytes: number
  /** Bytes from those who were dialled. */
  readonly listenerBytes: number
  /** Circuits that were opened. */
  readonly circuits: number
  readonly openCircuits: number
  /** Directions of circuits that wait for their share of the bandwidth. */
  readonly waiting: number
  /** Requests for circuits that were refused. */
  readonly refusedCircuits: number
  /** Circuits that were cut because they had carried, or lasted, as much as is allowed. */
  readonly cutForBytes: number
  readonly cutForDuration: number
  /** Requests to wait here that found every place taken. */
  readonly refusedReservations: number
}

export const NO_COUNTS: RelayCounts = {
  dialerBytes: 0,
  listenerBytes: 0,
  circuits: 0,
  openCircuits: 0,
  waiting: 0,
  refusedCircuits: 0,
  cutForBytes: 0,
  cutForDuration: 0,
  refusedReservations: 0,
}

export class RelayCounters {
  readonly #counts = { ...NO_COUNTS }

  counts(now: Pick<RelayCounts, 'openCircuits' | 'waiting'>): RelayCounts {
    return { ...this.#counts, ...now }
  }

  moved(from: 'dialer' | 'listener', sizeBytes: number): void {
    this.#counts[from === 'dialer' ? 'dialerBytes' : 'listenerBytes'] += sizeBytes
  }

  opened(): void {
    this.#counts.circuits++
  }

  ended(reason: CircuitEnd): void {
    if (reason === 'bytes') this.#counts.cutForBytes++
    if (reason === 'duration') this.#counts.cutForDuration++
  }

  refusedCircuit(): void {
    this.#counts.refusedCircuits++
  }

  refusedReservation(): void {
    this.#counts.refusedReservations++
  }
}
