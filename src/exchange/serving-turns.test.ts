import { describe, expect, it } from 'vitest'
import { MAX_UNSENT_BYTES, MAX_UNSENT_PEER_BYTES, UNSENT_PATIENCE_MS } from './limits.ts'
import type { PeerKey } from './network-port.ts'
import { ServingTurns, type Turn, type TurnRequest } from './serving-turns.ts'
import { ManualClock } from './testing/manual-clock.ts'
import { checkUploadLimits } from './upload-limits.ts'

const MIB = 1024 * 1024

function setUp(init: { atOnce?: number } = {}) {
  const clock = new ManualClock()
  const turns = new ServingTurns({ clock }, init)
  const take = (peer: string, request: Partial<TurnRequest> = {}): Promise<Turn> =>
    turns.take(peer as PeerKey, {
      expectedBytes: 1000,
      signal: new AbortController().signal,
      giveUp: () => undefined,
      ...request,
    })
  /** A peer that has two requests waiting at any time, and takes its answers at once; counts the bytes that it got. */
  const askForEver = (peer: string, answerBytes: number): { bytes: number } => {
    const got = { bytes: 0 }
    const run = async (): Promise<void> => {
      for (;;) {
        const turn = await take(peer, { expectedBytes: answerBytes })
        await turn.made(answerBytes)
        await new Promise<void>((resolve) => void clock.setTimeout(resolve, 1))
        turn.end()
        got.bytes += answerBytes
      }
    }
    void run()
    void run()
    return got
  }
  return { clock, turns, take, askForEver }
}

describe('turns', () => {
  it('go round the peers, whoever waits most', async () => {
    const { take } = setUp({ atOnce: 1 })
    const order: string[] = []
    const first = await take('busy')
    const waiting = ['busy', 'busy', 'busy', 'other', 'third'].map(async (peer) => {
      const turn = await take(peer)
      order.push(peer)
      await turn.made(1000)
      turn.end()
    })
    await first.made(1000)
    first.end()
    await Promise.all(waiting)

    expect(order).toEqual(['other', 'third', 'busy', 'busy', 'busy'])
  })

  it('give a peer that asks for little at a time as many bytes as one that asks for much', async () => {
    const { clock, turns, askForEver } = setUp()
    turns.setLimits({ totalBytesPerSecond: MIB })
    const much = askForEver('much', 512 * 1024)
    const little = askForEver('little', 16 * 1024)
    await clock.advance(60_000)

    expect(little.bytes / much.bytes).toBeGreaterThan(0.9)
    expect(little.bytes / much.bytes).toBeLessThan(1.1)
  })

  it('are not saved up by a peer that asked for nothing for a while', async () => {
    const { clock, turns, askForEver } = setUp()
    turns.setLimits({ totalBytesPerSecond: MIB })
    const early = askForEver('early', 64 * 1024)
    await clock.advance(60_000)
    const before = early.bytes
    const late = askForEver('late', 64 * 1024)
    await clock.advance(10_000)

    expect((early.bytes - before) / late.bytes).toBeGreaterThan(0.9)
  })

  it('are forgotten when they are no longer wanted', async () => {
    const { take } = setUp({ atOnce: 1 })
    const first = await take('first')
    const leaving = new AbortController()
    const gone = take('gone', { signal: leaving.signal })
    leaving.abort(new Error('left'))
    await expect(gone).rejects.toThrow('left')
    await expect(take('gone', { signal: leaving.signal })).rejects.toThrow('left')
    first.end()

    const next = await take('next')
    next.end()
  })

  it('come back from an answer that could not be made', async () => {
    const { take } = setUp({ atOnce: 1 })
    for (let i = 0; i < 100; i++) {
      const turn = await take('failing', { expectedBytes: 4 * MIB })
      turn.end()
      turn.end()
    }
    await expect(take('other')).resolves.toBeDefined()
  })
})

describe('answers that are not taken', () => {
  it('do not hold turns', async () => {
    const { take } = setUp({ atOnce: 2 })
    for (let i = 0; i < 100; i++) await (await take(`slow ${i}`)).made(1000)
    await expect(take('honest')).resolves.toBeDefined()
  })

  it('of one peer leave room for those of others, on however many streams it asks', async () => {
    const { clock, take } = setUp({ atOnce: 4 })
    let heldCount = 0
    for (let i = 0; i < 100; i++) {
      void take('deaf', { expectedBytes: MIB }).then(async (turn) => {
        heldCount += 1
        await turn.made(MIB)
      })
    }
    const honest = await take('honest', { expectedBytes: 4 * MIB })
    await honest.made(4 * MIB)
    await clock.advance(0)

    expect(heldCount).toBe(MAX_UNSENT_PEER_BYTES / MIB)
  })

  it('hold no more memory than is set aside for them, and give way to others after some time', async () => {
    const { clock, take } = setUp()
    const givenUp: number[] = []
    const answerBytes = MAX_UNSENT_BYTES / 8
    for (let i = 0; i < 8; i++) {
      const turn = await take(`slow ${i}`, {
        expectedBytes: answerBytes,
        giveUp: () => {
          givenUp.push(i)
          turn.end()
        },
      })
      await turn.made(answerBytes)
      await clock.advance(10)
    }
    let isServed = false
    const honest = take('honest', { expectedBytes: 2 * answerBytes }).then(() => (isServed = true))
    await clock.advance(UNSENT_PATIENCE_MS - 100)
    expect({ isServed, givenUp }).toEqual({ isServed: false, givenUp: [] })
    await clock.advance(100)
    await honest

    expect(givenUp).toEqual([0, 1])
  })
})

describe('upload limits', () => {
  it('hold for all peers together', async () => {
    const { clock, turns, askForEver } = setUp()
    turns.setLimits({ totalBytesPerSecond: 100_000 })
    const peers = ['a', 'b', 'c'].map((peer) => askForEver(peer, 20_000))
    await clock.advance(60_000)
    const total = peers.reduce((sum, { bytes }) => sum + bytes, 0)

    expect(total).toBeGreaterThan(0.97 * 6_000_000)
    // What was saved up.
    expect(total).toBeLessThan(6_000_000 + 25_000)
  })

  it('hold for each peer, and one that is at its limit keeps nobody waiting', async () => {
    const { clock, turns, askForEver } = setUp({ atOnce: 1 })
    turns.setLimits({ perPeerBytesPerSecond: 50_000 })
    const peers = ['a', 'b', 'c'].map((peer) => askForEver(peer, 20_000))
    await clock.advance(60_000)

    for (const { bytes } of peers) {
      expect(bytes).toBeGreaterThan(0.97 * 3_000_000)
      expect(bytes).toBeLessThan(3_000_000 + 12_500)
    }
  })

  it('change while peers wait', async () => {
    const { clock, turns, askForEver } = setUp()
    turns.setLimits({ totalBytesPerSecond: 10_000 })
    const peer = askForEver('a', MIB)
    await clock.advance(20_000)
    expect(peer.bytes).toBe(0)
    turns.setLimits({})
    await clock.advance(1000)

    expect(peer.bytes).toBeGreaterThan(100 * MIB)
    expect(turns.limits).toEqual({})
  })

  it('are whole answers in size, also where an answer is smaller than was thought', async () => {
    const { clock, turns, take } = setUp()
    turns.setLimits({ totalBytesPerSecond: 10_000 })
    const first = await take('a', { expectedBytes: 4 * MIB })
    const leaving = first.made(10_000)
    await clock.advanceUntil(leaving)
    first.end()
    const second = take('b')
    const tookMs = await clock.advanceUntil(second)

    expect(tookMs).toBeLessThan(1000)
  })

  it('let no answer go on credit, so that a peer sees from the first one how fast they come', async () => {
    const { clock, turns, take } = setUp()
    turns.setLimits({ totalBytesPerSecond: 100_000 })
    const turn = await take('a', { expectedBytes: 200_000 })
    const tookMs = await clock.advanceUntil(turn.made(200_000))

    expect(tookMs).toBeGreaterThan(1_700)
    expect(tookMs).toBeLessThan(2_100)
  })

  it('end with a peer that goes while its answer waits', async () => {
    const { turns, take } = setUp({ atOnce: 1 })
    turns.setLimits({ perPeerBytesPerSecond: 10_000 })
    const leaving = new AbortController()
    const turn = await take('a', { signal: leaving.signal })
    const made = turn.made(1_000_000)
    leaving.abort(new Error('left'))
    await expect(made).rejects.toThrow('left')
    turn.end()

    await expect(take('b')).resolves.toBeDefined()
  })

  it('leave no timer for those who wait when the node stops', async () => {
    const { turns, take, clock } = setUp({ atOnce: 2 })
    turns.setLimits({ totalBytesPerSecond: 10_000 })
    const leaving = new AbortController()
    const turn = await take('a', { signal: leaving.signal })
    const paid = turn.made(1_000_000)
    take('b').catch(() => undefined)
    expect(clock.timerCount).toBe(2)
    turns.stop()
    leaving.abort(new Error('left'))
    await expect(paid).rejects.toThrow('left')
    expect(clock.timerCount).toBe(0)
  })

  it('are refused where they are no number or too low to be of use', () => {
    expect(checkUploadLimits({ totalBytesPerSecond: undefined, perPeerBytesPerSecond: 10_000 })).toEqual({
      perPeerBytesPerSecond: 10_000,
    })
    for (const wrong of [0, -1, 9_999, Number.NaN, Number.POSITIVE_INFINITY]) {
      expect(() => checkUploadLimits({ totalBytesPerSecond: wrong })).toThrow(/at least 10 kB/)
    }
  })
})
