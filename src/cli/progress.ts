import type { CliOutput } from './io.ts'

const REDRAW_MS = 100
const CLEAR_LINE = '\r\u001b[K'
const UNITS = ['B', 'kB', 'MB', 'GB', 'TB'] as const

export interface ProgressInit {
  readonly label: string
  /** Undefined where the size is not known. */
  readonly totalBytes?: number | undefined
  readonly now?: () => number
}

/** One line on a terminal that says how far a transfer is; silent elsewhere. */
export class ProgressLine {
  readonly #output: CliOutput
  readonly #init: ProgressInit
  readonly #now: () => number
  readonly #startedAtMs: number
  #drawnAtMs = Number.NEGATIVE_INFINITY
  #doneBytes = 0

  constructor(output: CliOutput, init: ProgressInit) {
    this.#output = output
    this.#init = init
    this.#now = init.now ?? (() => performance.now())
    this.#startedAtMs = this.#now()
  }

  add(bytes: number): void {
    this.#doneBytes += bytes
    if (this.#output.isTTY !== true || this.#now() - this.#drawnAtMs < REDRAW_MS) return
    this.#drawnAtMs = this.#now()
    this.#output.write(`${CLEAR_LINE}${this.#text()}`)
  }

  /** Takes the line away. */
  end(): void {
    if (this.#output.isTTY === true && Number.isFinite(this.#drawnAtMs)) this.#output.write(CLEAR_LINE)
  }

  #text(): string {
    const { label, totalBytes } = this.#init
    const seconds = (this.#now() - this.#startedAtMs) / 1000
    const rate = seconds > 0 ? this.#doneBytes / seconds : 0
    if (totalBytes === undefined || totalBytes === 0)
      return `${label}  ${formatBytes(this.#doneBytes)}  ${formatBytes(rate)}/s`
    const percent = Math.floor((100 * this.#doneBytes) / totalBytes)
    const left = rate > 0 ? `  ${formatSeconds((totalBytes - this.#doneBytes) / rate)} left` : ''
    return `${label}  ${percent} %  ${formatBytes(this.#doneBytes)} of ${formatBytes(totalBytes)}  ${formatBytes(rate)}/s${left}`
  }
}

/** “12.3 MB”: decimal units, three digits. */
export function formatBytes(bytes: number): string {
  const power = bytes < 1 ? 0 : Math.min(Math.floor(Math.log10(bytes) / 3), UNITS.length - 1)
  const amount = bytes / 1000 ** power
  return `${power === 0 ? Math.round(amount) : amount.toPrecision(3)} ${UNITS[power] ?? 'B'}`
}

function formatSeconds(seconds: number): string {
  const whole = Math.max(0, Math.ceil(seconds))
  return whole < 60 ? `${whole} s` : `${Math.floor(whole / 60)} min ${whole % 60} s`
}
