/** What a page that plays content tells its service worker, so that no more is fetched than is soon played. */
export const PLAYER_REPORT = 'quire-player-report'

/** In the query of the address that a player loads: which player it is. */
export const PLAYER_PARAMETER = 'player'

/** What a player may be given ahead before anything is known of the content: enough for a first frame. */
export const FIRST_AHEAD_BYTES = 512 * 1024

export interface PlayerReport {
  readonly type: typeof PLAYER_REPORT
  readonly player: string
  /** Of the content, since the player began: each jump leaves out what it jumps over. */
  readonly decodedBytes: number
  /** What it may be given beyond that. */
  readonly aheadBytes: number
  /** `starving`: it has nothing to show. `paused`: nothing is played until the next report, however long that takes. */
  readonly state: PlayerState
}

export type PlayerState = 'playing' | 'paused' | 'starving'

/** A message that is one; undefined for all others. */
export function parsePlayerReport(message: unknown): PlayerReport | undefined {
  if (typeof message !== 'object' || message === null) return undefined
  const { type, player, decodedBytes, aheadBytes, state }: Partial<Record<keyof PlayerReport, unknown>> = message
  if (type !== PLAYER_REPORT || typeof player !== 'string' || !isState(state)) return undefined
  if (!isAmount(decodedBytes) || !isAmount(aheadBytes)) return undefined
  return { type, player, decodedBytes, aheadBytes, state }
}

function isAmount(value: unknown): value is number {
  return typeof value === 'number' && value >= 0
}

function isState(value: unknown): value is PlayerState {
  return value === 'playing' || value === 'paused' || value === 'starving'
}
