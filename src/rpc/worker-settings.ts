/** What a program says to the worker that it made, before the handshake: one message, ahead of `start`. */
import type { UploadLimitsView } from './api.ts'
import type { LogLevel } from './call-types.ts'

export interface WorkerSettings {
  /** Of databases, folders and the like; undefined for those of Quire’s own page. */
  readonly name?: string | undefined
  readonly quotaBytes?: number | undefined
  /** Multiaddrs, beside those that `configUrl` names. */
  readonly keepers?: readonly string[] | undefined
  readonly stunServers?: readonly string[] | undefined
  /** Null for none; `/quire.json` of the origin where it is not given. */
  readonly configUrl?: string | null | undefined
  readonly uploadLimits?: UploadLimitsView | undefined
  readonly logLevel?: LogLevel | undefined
}

export interface SettingsMessage {
  readonly type: 'quire-settings'
  readonly settings: WorkerSettings
}

export function isSettingsMessage(data: unknown): data is SettingsMessage {
  return typeof data === 'object' && data !== null && 'type' in data && data.type === 'quire-settings'
}
