import { QuireError } from '../../errors.ts'
import { type HistoryClock, sleepUntil } from '../clock.ts'

const FIRST_RETRY_MS = 60_000
const MAX_RETRY_MS = 3_600_000

/** What is to be done when; undefined where nothing is to be done by itself. */
export interface Appointment {
  readonly atMs: number
  /** A failure is tried again after a pause that grows; it has been told to whom it concerns. */
  readonly run: (signal: AbortSignal) => Promise<void>
}

export function appointmentAt(atMs: number | undefined, run: Appointment['run']): Appointment | undefined {
  return atMs === undefined ? undefined : { atMs, run }
}

interface ScheduleInit {
  /** What is next, as things stand. */
  readonly next: () => Appointment | undefined
  readonly clock: HistoryClock
}

/** Keeps appointments one after the other, also over a sleep of the device, until it is stopped. */
export class PublishSchedule {
  readonly #init: ScheduleInit
  readonly #stopped = new AbortController()
  #changed = new AbortController()
  #running: Promise<void> | undefined

  constructor(init: ScheduleInit) {
    this.#init = init
  }

  start(): void {
    this.#running ??= this.#keep()
  }

  /** Ends what is on its way and waits for its end. */
  async stop(): Promise<void> {
    this.#stopped.abort(new QuireError('ERR_NODE_STOPPED', 'The node was stopped.'))
    await this.#running
  }

  /** What is next has changed. */
  poke(): void {
    this.#changed.abort()
  }

  async #keep(): Promise<void> {
    const { clock, next } = this.#init
    const stopped = this.#stopped.signal
    let failures = 0
    let notBeforeMs = 0
    while (!stopped.aborted) {
      const appointment = next()
      this.#changed = new AbortController()
      const signal = AbortSignal.any([stopped, this.#changed.signal])
      const atMs = Math.max(appointment?.atMs ?? Number.POSITIVE_INFINITY, notBeforeMs)
      if (appointment === undefined || atMs > clock.nowMs()) {
        // Either end is looked at by the loop.
        await sleepUntil(atMs, clock, { signal }).catch(() => undefined)
        continue
      }
      try {
        await appointment.run(stopped)
        failures = 0
        notBeforeMs = 0
      } catch {
        notBeforeMs = clock.nowMs() + Math.min(FIRST_RETRY_MS * 2 ** failures++, MAX_RETRY_MS)
      }
    }
  }
}
