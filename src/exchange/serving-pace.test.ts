import { describe, expect, it } from 'vitest'
import { ANSWERS_PER_STREAM, LEAVING_LOOK_MS, MIN_LATE_ANSWER_MS, MIN_LEAVING_ANSWERS } from './limits.ts'
import type { PeerKey } from './network-port.ts'
import { type PacedAnswer, ServingPace } from './serving-pace.ts'
import { ManualClock } from './testing/manual-clock.ts'

const BLOCK_BYTES = 64 * 1024
const STEP_MS = 5

interface Line {
  /** What the line carries, bytes per millisecond; shared by all answers that leave. */
  readonly bytesPerMs: number
  /** What each peer takes at most. */
  readonly peerBytesPerMs?: number
  readonly peers: number
  /** Peers, from the first on, that take nothing at all. */
  readonly stuckPeers?: number
}

interface Sending extends PacedAnswer {
  leftBytes: number
}

/** Peers that each ask for two answers at a time, behind a line; `run` lets time pass. */
function crowd({ bytesPerMs, peerBytesPerMs = Number.POSITIVE_INFINITY, peers, stuckPeers = 0 }: Line) {
  const clock = new ManualClock()
  const pace = new ServingPace({ clock }, { onRoom: () => fill() })
  const keys = Array.from({ length: peers }, (_, i) => `peer-${i}` as PeerKey)
  const stuck = new Set(keys.slice(0, stuckPeers))
  const sending: Sending[] = []
  let sentBytes = 0
  const isStuck = ({ peer }: PacedAnswer): boolean => stuck.has(peer)
  const fill = (): void => {
    for (;;) {
      const waiting = keys.filter((key) => sending.filter(({ peer }) => peer === key).length < ANSWERS_PER_STREAM)
      const [peer] = waiting
      if (peer === undefined || !pace.hasRoom(waiting.map((key) => ({ peer: key })))) return
      // Who was served last is last.
      keys.push(...keys.splice(keys.indexOf(peer), 1))
      const answer: Sending = { peer, sizeBytes: BLOCK_BYTES, leftBytes: 0 }
      pace.end(answer, () => answer.sizeBytes - answer.leftBytes)
      sending.push(answer)
    }
  }
  const send = (): void => {
    const moving = sending.filter((answer) => !isStuck(answer))
    const mostBytes = STEP_MS * Math.min(bytesPerMs / moving.length, peerBytesPerMs)
    for (const answer of moving) {
      const bytes = Math.min(mostBytes, answer.sizeBytes - answer.leftBytes)
      answer.leftBytes += bytes
      sentBytes += bytes
    }
    for (const answer of moving.filter(({ leftBytes, sizeBytes }) => leftBytes >= sizeBytes)) {
      sending.splice(sending.indexOf(answer), 1)
    }
  }
  return {
    /** Those that are not almost gone. */
    leavingCount: () => sending.filter(({ leftBytes }) => leftBytes < 0.75 * BLOCK_BYTES).length,
    /** Bytes that left per millisecond. */
    run: async (forMs: number): Promise<number> => {
      const before = sentBytes
      fill()
      for (let ms = 0; ms < forMs; ms += STEP_MS) {
        send()
        // Who has an answer asks again at once.
        fill()
        await clock.advance(STEP_MS)
      }
      return (sentBytes - before) / forMs
    },
  }
}

describe('the pace of answers', () => {
  it('lets few leave at a time where many ask over a slow line, which stays busy', async () => {
    const { run, leavingCount } = crowd({ bytesPerMs: 1250, peers: 25 })
    expect(await run(1000)).toBeGreaterThan(0.95 * 1250)
    expect(leavingCount()).toBeLessThanOrEqual(MIN_LEAVING_ANSWERS)
  })

  it('goes back to few after it tried more that gained nothing', async () => {
    const { run, leavingCount } = crowd({ bytesPerMs: 1250, peers: 25 })
    await run(6000)
    expect(leavingCount()).toBeLessThanOrEqual(MIN_LEAVING_ANSWERS)
  })

  it('does not hold back a fast line', async () => {
    const { run } = crowd({ bytesPerMs: 20_000, peers: 16 })
    await run(500)
    expect(await run(500)).toBeGreaterThan(0.95 * 20_000)
  })

  it('lets more leave where each peer takes little, until that gains nothing', async () => {
    const { run } = crowd({ bytesPerMs: 5000, peerBytesPerMs: 150, peers: 25 })
    await run(7000)
    expect(await run(1000)).toBeGreaterThan(0.75 * 25 * 150)
  })

  it('does not wait for peers that take nothing', async () => {
    const { run } = crowd({ bytesPerMs: 1250, peers: 10, stuckPeers: 6 })
    await run(2 * MIN_LATE_ANSWER_MS)
    expect(await run(2000)).toBeGreaterThan(0.9 * 1250)
  })

  it('leaves a lone asker alone', () => {
    const pace = new ServingPace({ clock: new ManualClock() }, { onRoom: () => undefined })
    const peer = 'lone' as PeerKey
    for (let i = 0; i < 100; i++) {
      expect(pace.hasRoom([{ peer }])).toBe(true)
      pace.end({ peer, sizeBytes: BLOCK_BYTES }, () => BLOCK_BYTES)
    }
  })

  it('looks again soon whether one has left, as long as one waits', async () => {
    const clock = new ManualClock()
    let roomCalls = 0
    const pace = new ServingPace({ clock }, { onRoom: () => (roomCalls += 1) })
    const answers = ['a', 'b', 'c', 'd'].map((peer) => ({ peer: peer as PeerKey, sizeBytes: BLOCK_BYTES }))
    for (const answer of answers) pace.making(answer)
    expect(pace.hasRoom([{ peer: 'e' as PeerKey }])).toBe(false)
    await clock.advance(LEAVING_LOOK_MS)
    expect(roomCalls).toBe(1)
    await clock.advance(10 * LEAVING_LOOK_MS)
    expect(roomCalls).toBe(1)
  })

  it('counts an answer while it is made, handed over and not left, but not while its stream does not take it', async () => {
    const clock = new ManualClock()
    const pace = new ServingPace({ clock }, { onRoom: () => undefined })
    const answers = ['a', 'b', 'c', 'd'].map((peer) => ({ peer: peer as PeerKey, sizeBytes: BLOCK_BYTES }))
    const hasRoom = (): boolean => pace.hasRoom([{ peer: 'e' as PeerKey }])
    for (const answer of answers) pace.making(answer)
    expect(hasRoom()).toBe(false)
    for (const answer of answers) pace.made(answer)
    expect(hasRoom()).toBe(false)
    await clock.advance(LEAVING_LOOK_MS)
    expect(hasRoom()).toBe(true)
    for (const answer of answers) pace.end(answer, () => BLOCK_BYTES)
    expect(hasRoom()).toBe(false)
  })

  it('does not count an answer that failed, or left at once', () => {
    const pace = new ServingPace({ clock: new ManualClock() }, { onRoom: () => undefined })
    const answers = ['a', 'b', 'c', 'd'].map((peer) => ({ peer: peer as PeerKey, sizeBytes: BLOCK_BYTES }))
    for (const answer of answers) pace.making(answer)
    for (const answer of answers) pace.end(answer)
    expect(pace.hasRoom([{ peer: 'e' as PeerKey }])).toBe(true)
  })
})
