import { QuireError } from '../errors.ts'
import type { LogFields, LogLevel as EventLevel } from '../network/network-log.ts'
import type { NetworkLog } from './node-parts.ts'

/** What a node says of its doings: nothing, failures, what may be wrong as well, what happens, every detail. */
const LEVELS = ['silent', 'error', 'warn', 'info', 'debug'] as const
export type LogLevel = (typeof LEVELS)[number]

/** The log of a node, with a level that may change while it runs. */
export class NodeLog {
  readonly #sink: NetworkLog
  #rank: number

  /** Errors: `ERR_ARGUMENT_INVALID`. */
  constructor(sink: NetworkLog, level: LogLevel) {
    this.#sink = sink
    this.#rank = rankOf(level)
  }

  get level(): LogLevel {
    return LEVELS[this.#rank] ?? 'silent'
  }

  /** Errors: `ERR_ARGUMENT_INVALID`. */
  setLevel(level: LogLevel): void {
    this.#rank = rankOf(level)
  }

  /** To be handed to the parts of a node. */
  readonly log: NetworkLog = (level: EventLevel, event: string, fields?: LogFields): void => {
    if (LEVELS.indexOf(level) <= this.#rank) this.#sink(level, event, fields)
  }
}

function rankOf(level: string): number {
  const rank = LEVELS.findIndex((known) => known === level)
  if (rank >= 0) return rank
  throw new QuireError('ERR_ARGUMENT_INVALID', `A log level is one of ${LEVELS.join(', ')}, not “${level}”.`)
}
