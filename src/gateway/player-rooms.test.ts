import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { FIRST_AHEAD_BYTES, PLAYER_REPORT, type PlayerReport } from '../rpc/player-report.ts'
import { PlayerRooms } from './player-rooms.ts'

const PLAYER = 'one'
const NEVER = new AbortController().signal
const LASTS_MS = 5_000

function report(part: Partial<PlayerReport> = {}): PlayerReport {
  return { type: PLAYER_REPORT, player: PLAYER, decodedBytes: 0, aheadBytes: 1_000, state: 'playing', ...part }
}

/** Whether a wait is over, once all that is due now has happened. */
async function isOver(wait: Promise<void>): Promise<boolean> {
  let over = false
  void wait.then(() => (over = true))
  await vi.advanceTimersByTimeAsync(0)
  return over
}

describe('PlayerRooms', () => {
  beforeEach(() => void vi.useFakeTimers())
  afterEach(() => void vi.useRealTimers())

  it('gives a new player enough for a first frame, and holds the rest until it reports', async () => {
    const rooms = new PlayerRooms()
    const stream = rooms.streamOf(PLAYER)
    stream.given(FIRST_AHEAD_BYTES - 1)
    expect(await isOver(stream.wait(NEVER))).toBe(true)

    stream.given(1)
    const wait = stream.wait(NEVER)

    expect(await isOver(wait)).toBe(false)
    rooms.receive(report({ aheadBytes: FIRST_AHEAD_BYTES + 1 }))
    expect(await isOver(wait)).toBe(true)
  })

  it('gives as much as was played since the stream was opened, and what may lie ahead', async () => {
    const rooms = new PlayerRooms()
    rooms.receive(report({ decodedBytes: 7_000 }))
    const stream = rooms.streamOf(PLAYER)
    stream.given(1_000)
    const wait = stream.wait(NEVER)

    rooms.receive(report({ decodedBytes: 7_000 }))
    expect(await isOver(wait)).toBe(false)

    rooms.receive(report({ decodedBytes: 7_001 }))
    expect(await isOver(wait)).toBe(true)
  })

  it('counts from the first report on where the service worker knew nothing of the player', async () => {
    const rooms = new PlayerRooms()
    const stream = rooms.streamOf(PLAYER)
    stream.given(FIRST_AHEAD_BYTES)
    const wait = stream.wait(NEVER)

    rooms.receive(report({ decodedBytes: 90_000_000 }))

    expect(await isOver(wait)).toBe(false)
  })

  it('gives a player that starves more with each report, also beyond all that it said it needs', async () => {
    const rooms = new PlayerRooms()
    rooms.receive(report({ state: 'starving' }))
    const stream = rooms.streamOf(PLAYER)
    let givenBytes = 0
    for (let reports = 0; reports < 8; reports++) {
      const wait = stream.wait(NEVER)
      while (!(await isOver(wait))) rooms.receive(report({ state: 'starving' }))
      stream.given(1_000_000)
      givenBytes += 1_000_000
    }

    expect(givenBytes).toBe(8_000_000)
  })

  it('holds a player that is paused for as long as it is, and lets one go that reports no more', async () => {
    const rooms = new PlayerRooms()
    rooms.receive(report({ state: 'paused' }))
    const stream = rooms.streamOf(PLAYER)
    stream.given(1_000)
    const wait = stream.wait(NEVER)
    await vi.advanceTimersByTimeAsync(100 * LASTS_MS)
    expect(await isOver(wait)).toBe(false)

    rooms.receive(report({ state: 'playing' }))
    expect(await isOver(wait)).toBe(false)
    await vi.advanceTimersByTimeAsync(LASTS_MS + 1)

    expect(await isOver(wait)).toBe(true)
  })

  it('ends a wait with its signal', async () => {
    const rooms = new PlayerRooms()
    rooms.receive(report({ state: 'paused' }))
    const stream = rooms.streamOf(PLAYER)
    stream.given(1_000)
    const gone = new AbortController()
    const wait = stream.wait(gone.signal)

    gone.abort(new Error('cancelled'))

    await expect(wait).rejects.toThrow('cancelled')
  })

  it('forgets the player of longest ago where there are many, and holds it no more', async () => {
    const rooms = new PlayerRooms()
    rooms.receive(report({ state: 'paused' }))
    const stream = rooms.streamOf(PLAYER)
    stream.given(1_000)
    const wait = stream.wait(NEVER)

    for (let player = 0; player < 32; player++) rooms.receive(report({ player: `other ${player}` }))

    expect(await isOver(wait)).toBe(true)
  })

  it.each([
    null,
    'quire-update',
    { type: 'quire-update' },
    { ...report(), player: 7 },
    { ...report(), decodedBytes: -1 },
    { ...report(), aheadBytes: Number.NaN },
    { ...report(), state: 'asleep' },
  ])('leaves what is no report to others: %j', (message) => {
    expect(new PlayerRooms().receive(message)).toBe(false)
  })
})
