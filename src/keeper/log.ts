/** The keeper’s log: one JSON object a line, or one plain line where a person watches. */
import { type Logger, pino } from 'pino'
import type { NetworkLog } from '../network/network-log.ts'
import { printable } from './printable.ts'

export type KeeperLog = Pick<Logger, 'error' | 'warn' | 'info' | 'debug'>

export const LOG_LEVELS = ['silent', 'error', 'warn', 'info', 'debug'] as const
export type LogLevel = (typeof LOG_LEVELS)[number]

export interface LogTarget {
  write(text: string): unknown
  readonly isTTY?: boolean | undefined
}

/** A log that writes to `target`: plain lines on a terminal, JSON elsewhere. */
export function createLog(target: LogTarget, level: LogLevel): KeeperLog {
  const lines = target.isTTY === true ? { write: (json: string) => void target.write(plainLine(json)) } : target
  return pino({ level, base: {}, timestamp: pino.stdTimeFunctions.isoTime, formatters: { level: nameLevel } }, lines)
}

/** The network’s log as a part of the keeper’s. */
export function networkLog(log: KeeperLog): NetworkLog {
  return (level, event, fields = {}) => {
    const { error, ...rest } = fields
    log[level](error === undefined ? rest : { ...rest, err: error }, event)
  }
}

/** `2026-01-31T12:00:00.000Z` `{"level":"info",…}` → `12:00:00 info  message  key=value`. */
function plainLine(json: string): string {
  const { level, time, msg, err, ...rest } = JSON.parse(json) as Record<string, unknown>
  const clock = typeof time === 'string' ? time.slice(11, 19) : ''
  const fields = Object.entries(rest).map(([key, value]) => `${key}=${shown(value)}`)
  const cause = messageOf(err)
  const parts = [
    `${clock} ${String(level).padEnd(5)} ${String(msg)}`,
    ...fields,
    ...(cause === undefined ? [] : [cause]),
  ]
  return `${printable(parts.join('  '))}\n`
}

function nameLevel(level: string): { level: string } {
  return { level }
}

function shown(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value)
}

function messageOf(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null || !('message' in error)) return undefined
  return String(error.message)
}
