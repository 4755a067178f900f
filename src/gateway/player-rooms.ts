/**
 * How far ahead of what is played a player is given bytes.
 *
 *   page: what was decoded, and how much may lie ahead of it (PlayerReport) ─▶ PlayerRooms
 *   player: a stream for each place that it jumps to ─▶ StreamRoom.wait ─▶ the next bytes once there is room
 *
 * A browser’s own player takes megabytes ahead wherever one jumps, which peers have sent for nothing when one jumps again.
 */
import { FIRST_AHEAD_BYTES, type PlayerReport, type PlayerState, parsePlayerReport } from '../rpc/player-report.ts'
import { untilAborted } from './until-aborted.ts'

/** A page that plays reports several times a second; one that does not may be asleep, and its player must not starve. */
const REPORT_LASTS_MS = 5_000
/** What a stream gets where its player starves before it; twice as much with each report that says so again. */
const FIRST_EXTRA_BYTES = 256 * 1024
const MAX_PLAYERS = 32

/** The room of one stream. */
export interface StreamRoom {
  /** Notes that the player was given bytes. */
  given(sizeBytes: number): void
  /** Resolves once it may be given more. An abort rejects with the signal’s reason. */
  wait(signal: AbortSignal): Promise<void>
}

interface Player {
  /** Undefined before its first report. */
  decodedBytes: number | undefined
  aheadBytes: number
  state: PlayerState
  /** Until when that counts, on the clock of `performance.now()`. */
  lastsUntilMs: number
  changed: PromiseWithResolvers<void>
}

export class PlayerRooms {
  /** The one that reported or opened a stream last comes last. */
  readonly #players = new Map<string, Player>()

  /** Takes a report; false for a message that is none. */
  receive(message: unknown): boolean {
    const report = parsePlayerReport(message)
    if (report !== undefined) this.#take(report)
    return report !== undefined
  }

  /** For a stream that a player opens now. */
  streamOf(id: string): StreamRoom {
    const player = this.#player(id)
    // Unknown after a restart of the service worker, until the player reports.
    let startBytes = player.decodedBytes
    let [givenBytes, extraBytes] = [0, 0]
    const hasRoom = (): boolean => {
      const { decodedBytes = 0, aheadBytes, lastsUntilMs } = player
      startBytes ??= player.decodedBytes
      const playedBytes = decodedBytes - (startBytes ?? 0)
      return givenBytes < playedBytes + aheadBytes + extraBytes || performance.now() >= lastsUntilMs
    }
    return {
      given(sizeBytes) {
        givenBytes += sizeBytes
      },
      async wait(signal) {
        while (!hasRoom()) {
          await untilAborted(changeOf(player), signal)
          extraBytes = player.state === 'starving' ? Math.max(FIRST_EXTRA_BYTES, 2 * extraBytes) : 0
        }
      },
    }
  }

  #take({ player: id, decodedBytes, aheadBytes, state }: PlayerReport): void {
    const player = this.#player(id)
    const lastsUntilMs = state === 'paused' ? Number.POSITIVE_INFINITY : performance.now() + REPORT_LASTS_MS
    Object.assign(player, { decodedBytes, aheadBytes, state, lastsUntilMs })
    tell(player)
  }

  #player(id: string): Player {
    const player: Player = this.#players.get(id) ?? {
      decodedBytes: undefined,
      aheadBytes: FIRST_AHEAD_BYTES,
      state: 'starving',
      lastsUntilMs: performance.now() + REPORT_LASTS_MS,
      changed: Promise.withResolvers<void>(),
    }
    this.#players.delete(id)
    this.#players.set(id, player)
    const [oldest] = this.#players
    if (this.#players.size > MAX_PLAYERS && oldest !== undefined) this.#forget(...oldest)
    return player
  }

  /** Whatever streams it has are held no longer. */
  #forget(id: string, player: Player): void {
    this.#players.delete(id)
    player.aheadBytes = Number.POSITIVE_INFINITY
    tell(player)
  }
}

function tell(player: Player): void {
  const { changed } = player
  player.changed = Promise.withResolvers()
  changed.resolve()
}

/** Resolves with the next report, or when the last one no longer counts. */
function changeOf({ changed, lastsUntilMs }: Player): Promise<void> {
  if (lastsUntilMs === Number.POSITIVE_INFINITY) return changed.promise
  const late = Promise.withResolvers<void>()
  const timer = setTimeout(() => late.resolve(), Math.max(0, lastsUntilMs - performance.now()) + 1)
  return Promise.race([changed.promise, late.promise]).finally(() => clearTimeout(timer))
}
