/** Where the network says what it does: one function, so that a browser, a keeper and a test each bring their own. */
import type { ComponentLogger, Logger } from '@libp2p/interface'

export type LogLevel = 'debug' | 'info' | 'warn' | 'error'
export type LogFields = Readonly<Record<string, unknown>>

/** Takes one event: `event` is a fixed phrase, everything that varies is in `fields`. */
export type NetworkLog = (level: LogLevel, event: string, fields?: LogFields) => void

/** Says nothing. */
export const silentLog: NetworkLog = () => undefined

/**
 * libp2p’s logger on top of ours.
 *
 * Only what libp2p calls an error is passed on, as `debug`: it reports each failed dial that way, and a failed dial is
 * everyday life here. Its other lines come by the hundred for each connection.
 */
export function libp2pLogger(log: NetworkLog): ComponentLogger {
  return { forComponent: (name) => scopedLogger(name, log) }
}

function scopedLogger(name: string, log: NetworkLog): Logger {
  if (log === silentLog) return SILENT_LOGGER
  return Object.assign(() => undefined, {
    enabled: false,
    trace: () => undefined,
    error: (format: unknown, ...values: unknown[]) =>
      log('debug', 'libp2p reported an error', { component: name, text: [format, ...values].map(textOf).join(' ') }),
    newScope: (scope: string) => scopedLogger(`${name}:${scope}`, log),
  })
}

// One object for all: libp2p asks for a new scope with every stream.
const SILENT_LOGGER: Logger = Object.assign(() => undefined, {
  enabled: false,
  trace: () => undefined,
  error: () => undefined,
  newScope: () => SILENT_LOGGER,
})

function textOf(value: unknown): string {
  return value instanceof Error ? `${value.name}: ${value.message}` : String(value)
}
