/**
 * Reports of a film or a sound that plays, by which the service worker gives its player no more than is soon played.
 *
 *   the browser’s counts of decoded bytes, four times a second ─▶ bytes a second of the film ─▶ how much may lie ahead
 *
 * Who has just jumped may jump again, so that little lies ahead at first, and more for whoever watches on.
 */
import { FIRST_AHEAD_BYTES, PLAYER_REPORT, type PlayerReport, type PlayerState } from '../rpc/player-report.ts'

/** Of Chromium; others do not tell, and are given what they take. */
interface CountedMedia {
  readonly webkitVideoDecodedByteCount?: number
  readonly webkitAudioDecodedByteCount?: number
}

const REPORT_MS = 250
/** What lies ahead, in seconds: at least, of what was watched since the last jump, at most. */
const [LEAST_AHEAD_S, AHEAD_PART, MOST_AHEAD_S] = [2.5, 0.08, 30]
const MIN_AHEAD_BYTES = 256 * 1024
/** How long the rate of the film is looked at before it counts, and before it is looked at anew: it changes with the scenes. */
const [FIRST_LOOK_S, LOOK_S] = [1, 10]
/** A player that ran dry in the middle needs more ahead: twice as much each time. */
const MOST_CAUTION = 8
/** `HTMLMediaElement.HAVE_FUTURE_DATA`: more than the frame that is shown. */
const HAVE_FUTURE_DATA = 3
/** `HTMLMediaElement.NETWORK_LOADING`. */
const NETWORK_LOADING = 2
const EVENTS = ['loadstart', 'seeking', 'waiting', 'canplay', 'playing', 'pause', 'ended'] as const

export interface PlayerReportsComponents {
  readonly media: HTMLMediaElement
  readonly send: (report: PlayerReport) => void
}

/** Whether this browser says how much of a film it has decoded. */
export function countsBytes(media: HTMLMediaElement): boolean {
  return 'webkitVideoDecodedByteCount' in media && 'webkitAudioDecodedByteCount' in media
}

export class PlayerReports {
  readonly #components: PlayerReportsComponents
  readonly #player: string
  readonly #ended = new AbortController()
  #timer: ReturnType<typeof setInterval> | undefined
  #jumpedToS = 0
  #caution = 1
  /** Since the last jump, it had something to show. */
  #hasPlayed = false
  #look: { readonly fromS: number; readonly fromBytes: number } | undefined
  #bytesPerS = 0
  #lastBytesPerS = 0
  #last = ''

  constructor(components: PlayerReportsComponents, init: { player: string }) {
    this.#components = components
    this.#player = init.player
  }

  start(): void {
    const { media } = this.#components
    const { signal } = this.#ended
    media.addEventListener('seeking', () => this.#onJump(), { signal })
    media.addEventListener('waiting', () => this.#onDry(), { signal })
    media.addEventListener('playing', () => (this.#hasPlayed = true), { signal })
    for (const type of EVENTS) media.addEventListener(type, () => this.#report(), { signal })
    this.#timer = setInterval(() => this.#report(), REPORT_MS)
  }

  stop(): void {
    this.#ended.abort()
    clearInterval(this.#timer)
  }

  #onJump(): void {
    this.#jumpedToS = this.#components.media.currentTime
    this.#hasPlayed = false
    this.#look = undefined
  }

  #onDry(): void {
    if (this.#hasPlayed && !this.#components.media.seeking) this.#caution = Math.min(MOST_CAUTION, 2 * this.#caution)
  }

  #report(): void {
    const { media, send } = this.#components
    const decodedBytes = decodedBytesOf(media)
    this.#measure(decodedBytes)
    const report = {
      type: PLAYER_REPORT,
      player: this.#player,
      decodedBytes,
      aheadBytes: this.#aheadBytes(),
      state: stateOf(media),
    } as const
    // One who pauses for an hour has nothing new to say; one who plays says that it is still there.
    const text = JSON.stringify(report)
    if (report.state === 'paused' && text === this.#last) return
    this.#last = text
    send(report)
  }

  #measure(decodedBytes: number): void {
    const { media } = this.#components
    if (media.seeking || media.paused) return
    this.#look ??= { fromS: media.currentTime, fromBytes: decodedBytes }
    const seconds = media.currentTime - this.#look.fromS
    if (seconds < FIRST_LOOK_S) return
    this.#bytesPerS = (decodedBytes - this.#look.fromBytes) / seconds
    if (seconds < LOOK_S) return
    this.#lastBytesPerS = this.#bytesPerS
    this.#look = undefined
  }

  #aheadBytes(): number {
    const { media } = this.#components
    const bytesPerS = Math.max(this.#bytesPerS, this.#lastBytesPerS) * Math.max(1, media.playbackRate)
    if (bytesPerS === 0) return FIRST_AHEAD_BYTES
    const watchedS = Math.max(0, media.currentTime - this.#jumpedToS)
    const aheadS = Math.min(MOST_AHEAD_S, this.#caution * Math.max(LEAST_AHEAD_S, AHEAD_PART * watchedS))
    return Math.max(MIN_AHEAD_BYTES, Math.ceil(bytesPerS * aheadS))
  }
}

function stateOf(media: HTMLMediaElement): PlayerState {
  // One that failed, or has all it wants for now, as with `preload="metadata"`, asks for nothing.
  if (media.ended || media.error !== null || (media.paused && media.networkState !== NETWORK_LOADING)) return 'paused'
  if (media.seeking || media.readyState < HAVE_FUTURE_DATA) return 'starving'
  return media.paused ? 'paused' : 'playing'
}

function decodedBytesOf(media: HTMLMediaElement & CountedMedia): number {
  return (media.webkitVideoDecodedByteCount ?? 0) + (media.webkitAudioDecodedByteCount ?? 0)
}
