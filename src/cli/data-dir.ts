import { homedir } from 'node:os'
import { join, resolve } from 'node:path'

/** Where a keeper keeps its things unless told: `$XDG_DATA_HOME/quire`, by default `~/.local/share/quire`. */
export function dataDirOf(option: string | undefined, env: Readonly<Record<string, string | undefined>>): string {
  if (option !== undefined) return resolve(option)
  const base = env['XDG_DATA_HOME']
  return join(base !== undefined && base !== '' ? base : join(homedir(), '.local', 'share'), 'quire')
}
