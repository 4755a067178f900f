import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { FIRST_AHEAD_BYTES, type PlayerReport } from '../rpc/player-report.ts'
import { PlayerReports } from './player-reports.ts'

const BYTES_PER_S = 1_000_000

/** As much of a film that plays as is looked at. */
class Film extends EventTarget {
  currentTime = 0
  playbackRate = 1
  readyState = 4
  networkState = 2
  paused = false
  seeking = false
  ended = false
  error: object | null = null
  webkitVideoDecodedByteCount = 0
  readonly webkitAudioDecodedByteCount = 0

  /** Plays for so many seconds of the clock. */
  async play(seconds: number): Promise<void> {
    for (let quarter = 0; quarter < 4 * seconds; quarter++) {
      this.currentTime += this.playbackRate / 4
      this.webkitVideoDecodedByteCount += (BYTES_PER_S * this.playbackRate) / 4
      await vi.advanceTimersByTimeAsync(250)
    }
  }

  jump(seconds: number): void {
    this.currentTime = seconds
    this.seeking = true
    this.tell('seeking')
    this.seeking = false
    this.tell('playing')
  }

  tell(type: string): void {
    this.dispatchEvent(new Event(type))
  }
}

function reported(film: Film): PlayerReport[] {
  const reports: PlayerReport[] = []
  const media = film as unknown as HTMLMediaElement
  new PlayerReports({ media, send: (report) => reports.push(report) }, { player: 'one' }).start()
  return reports
}

/** What may lie ahead, in seconds of the film at its usual speed. */
const aheadS = (reports: readonly PlayerReport[]): number => (reports.at(-1)?.aheadBytes ?? 0) / BYTES_PER_S

describe('PlayerReports', () => {
  beforeEach(() => void vi.useFakeTimers())
  afterEach(() => {
    vi.clearAllTimers()
    vi.useRealTimers()
  })

  it('asks for a first part while nothing is known, and for seconds of the film once its rate is', async () => {
    const film = new Film()
    const reports = reported(film)
    await film.play(0.5)
    expect(reports.at(-1)?.aheadBytes).toBe(FIRST_AHEAD_BYTES)

    await film.play(5)

    expect(aheadS(reports)).toBeCloseTo(2.5)
    expect(reports.at(-1)).toMatchObject({ player: 'one', decodedBytes: 5.5 * BYTES_PER_S, state: 'playing' })
  })

  it('has more lie ahead for whoever watches on, and little again after a jump', async () => {
    const film = new Film()
    const reports = reported(film)

    await film.play(200)
    expect(aheadS(reports)).toBeCloseTo(16)
    await film.play(400)
    expect(aheadS(reports)).toBeCloseTo(30)

    film.jump(10)
    await film.play(2)
    expect(aheadS(reports)).toBeCloseTo(2.5)
  })

  it('has twice as much lie ahead for twice the speed, and where it ran dry', async () => {
    const film = new Film()
    const reports = reported(film)
    film.tell('playing')
    film.playbackRate = 2
    await film.play(5)
    expect(aheadS(reports)).toBeCloseTo(5)

    film.tell('waiting')

    expect(aheadS(reports)).toBeCloseTo(10)
  })

  it('does not take the wait after a jump for having run dry', async () => {
    const film = new Film()
    const reports = reported(film)
    await film.play(5)

    film.currentTime = 60
    film.seeking = true
    film.tell('seeking')
    film.tell('waiting')
    film.seeking = false
    await film.play(2)

    expect(aheadS(reports)).toBeCloseTo(2.5)
  })

  it('says that it starves while there is nothing to show, and no more while it is paused', async () => {
    const film = new Film()
    film.readyState = 2
    const reports = reported(film)
    await vi.advanceTimersByTimeAsync(1_000)
    expect(reports.map(({ state }) => state)).toEqual(['starving', 'starving', 'starving', 'starving'])

    film.readyState = 4
    film.paused = true
    await vi.advanceTimersByTimeAsync(60_000)

    expect(reports.slice(4).map(({ state }) => state)).toEqual(['paused'])
  })

  it.each([
    ['only waits to be begun', { paused: true, readyState: 1, networkState: 1 }],
    ['failed in the middle', { error: {}, readyState: 2, networkState: 1 }],
  ])('says nothing again and again for a film that %s', async (_what, state) => {
    const film = new Film()
    Object.assign(film, state)
    const reports = reported(film)

    await vi.advanceTimersByTimeAsync(60_000)

    expect(reports.map(({ state }) => state)).toEqual(['paused'])
  })
})
