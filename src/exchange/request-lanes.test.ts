import { describe, expect, it } from 'vitest'
import { FrameStream } from './frame-stream.ts'
import { LaneShares } from './lane-shares.ts'
import { BLOCK_EXCHANGE_PROTOCOL, IDLE_LANE_LOOKS, LANE_LOOK_MS, LANE_REST_MS } from './limits.ts'
import { PeerBook } from './peer-counters.ts'
import { Reading } from './reading.ts'
import { RequestLane } from './request-lane.ts'
import { RequestLanes } from './request-lanes.ts'
import { ManualClock } from './testing/manual-clock.ts'
import { MemoryHub } from './testing/memory-network.ts'

const REQUEST_BYTES = 64 * 1024
const FAR_MS = 50
const RELAYED = { kind: 'relayed', leftBytes: 4 << 20, limitBytes: 4 << 20, leftMs: Number.POSITIVE_INFINITY } as const

describe('the lanes to a far peer', () => {
  it('come one at a time, to four, and to eight where more of them bring more', async () => {
    const { lanes, clock, counts, deliver } = await openLanes({ roundTripMs: FAR_MS })

    for (let look = 0; look < 16; look++) {
      deliver((laneCount) => laneCount * 1_000_000)
      await clock.advance(LANE_LOOK_MS)
    }

    expect([...new Set(counts)]).toEqual([1, 2, 3, 4, 5, 6, 7, 8])
    expect(lanes.count).toBe(8)
  })

  it('go back to what they were where more bring nothing, and rest before the next try', async () => {
    const { lanes, opened, look } = await openLanes({ roundTripMs: FAR_MS })

    for (let i = 0; i < 14; i++) await look(1_000_000)
    expect(lanes.count).toBe(4)
    expect(opened()).toBe(7)

    for (let i = 0; i < LANE_REST_MS / LANE_LOOK_MS; i++) await look(1_000_000)
    expect(opened()).toBe(11)
  })

  it('end when nothing is asked of the peer any more', async () => {
    const { lanes, clock, deliver } = await openLanes({ roundTripMs: FAR_MS })
    for (let look = 0; look < 4; look++) {
      deliver((laneCount) => laneCount * 1_000_000)
      await clock.advance(LANE_LOOK_MS)
    }
    expect(lanes.count).toBeGreaterThan(1)

    deliver(() => 0)
    lanes.first.window.settled(lanes.first.window.sent(1, 0), 1, 0)
    await clock.advance((IDLE_LANE_LOOKS + 2) * LANE_LOOK_MS)

    expect(lanes.count).toBe(1)
    expect(clock.timerCount).toBe(0)
  })

  it('are four again after a pause in the middle of a trial, also where more bring nothing', async () => {
    const { lanes, clock, look } = await openLanes({ roundTripMs: FAR_MS })
    for (let i = 0; i < 20 && lanes.count < 6; i++) await look(1_000_000)
    expect(lanes.count).toBe(6)
    await clock.advance((IDLE_LANE_LOOKS + 2) * LANE_LOOK_MS)
    expect(lanes.count).toBe(1)

    for (let i = 0; i < 20; i++) await look(500_000)

    expect(lanes.count).toBe(4)
  })

  it('keep those that took the place of lost ones when a trial gains nothing', async () => {
    const { lanes, network, look } = await openLanes({ roundTripMs: FAR_MS })
    for (let i = 0; i < 20 && lanes.count < 6; i++) await look(1_000_000)
    expect(lanes.count).toBe(6)
    for (const stream of network.opened) stream.onTransportClosed(new Error('the connection was closed'))
    for (let i = 0; i < 20; i++) await look(1_000_000)

    expect(lanes.count).toBe(4)
  })

  it('are one to a peer that is near, and to one of unknown distance', async () => {
    for (const roundTripMs of [2, undefined]) {
      const { lanes, clock, deliver } = await openLanes({ roundTripMs })
      for (let look = 0; look < 4; look++) {
        deliver((laneCount) => laneCount * 1_000_000)
        await clock.advance(LANE_LOOK_MS)
      }
      expect(lanes.count).toBe(1)
    }
  })

  it('lose one whose connection ends', async () => {
    const { lanes, clock, network, deliver } = await openLanes({ roundTripMs: FAR_MS })
    for (let look = 0; look < 4; look++) {
      deliver((laneCount) => laneCount * 1_000_000)
      await clock.advance(LANE_LOOK_MS)
    }
    expect(lanes.count).toBe(4)

    network.opened.at(-1)?.onTransportClosed(new Error('the connection was closed'))
    deliver(() => 0)
    await clock.advance(LANE_LOOK_MS)

    expect(lanes.count).toBe(3)
  })

  it('share what one node may open', async () => {
    const shares = new LaneShares()
    for (let peer = 0; peer < 14; peer++) shares.add({})
    const { lanes, clock, deliver } = await openLanes({ roundTripMs: FAR_MS, shares })
    for (let look = 0; look < 6; look++) {
      deliver((laneCount) => laneCount * 1_000_000)
      await clock.advance(LANE_LOOK_MS)
    }
    expect(lanes.count).toBe(2)
  })
})

describe('what a reader waits for', () => {
  it('goes over a stream of its own while bulk is on the first', async () => {
    const { lanes } = await openLanes({ roundTripMs: 2 })
    expect(lanes.withRoom('next')).toBe(lanes.first)

    const bulk = lanes.first.window.sent(REQUEST_BYTES, 0)
    const forReaders = lanes.withRoom('next')
    expect(forReaders).not.toBe(lanes.first)
    expect(forReaders?.connection).toBe('shared')
    expect(lanes.withRoom('bulk')).toBe(lanes.first)

    lanes.first.window.settled(bulk, REQUEST_BYTES, 10)
    expect(lanes.withRoom('next')).toBe(lanes.first)
  })

  it('ask no more through a relay than its limit lets through, and want a new path once what it owes is here', async () => {
    const { lanes, network } = await openLanes({ roundTripMs: 20 })
    network.path = { ...RELAYED, leftBytes: 160 * 1024 }
    const { window } = lanes.first

    expect(lanes.withRoom('bulk', REQUEST_BYTES)).toBe(lanes.first)
    const [first, second] = [window.sent(REQUEST_BYTES, 0), window.sent(REQUEST_BYTES, 0)]
    expect(lanes.withRoom('bulk', REQUEST_BYTES)).toBeUndefined()
    expect(network.renewals).toEqual([])

    network.path = { ...RELAYED, leftBytes: 24 * 1024 }
    window.settled(first, REQUEST_BYTES, 10)
    window.settled(second, REQUEST_BYTES, 10)
    expect(lanes.withRoom('bulk', REQUEST_BYTES)).toBeUndefined()
    expect(network.renewals).toHaveLength(1)
  })

  it('want no new path where the relay’s limit is less than a block', async () => {
    const { lanes, network } = await openLanes({ roundTripMs: 20 })
    network.path = { ...RELAYED, leftBytes: 30 * 1024, limitBytes: 32 * 1024 }

    expect(lanes.withRoom('bulk', REQUEST_BYTES)).toBeUndefined()
    expect(network.renewals).toEqual([])
  })

  it('ask nothing more of a circuit that ends in a moment, and want a new one', async () => {
    const { lanes, network } = await openLanes({ roundTripMs: 20 })
    network.path = { ...RELAYED, leftMs: 2_000 }

    expect(lanes.withRoom('bulk', REQUEST_BYTES)).toBeUndefined()
    expect(network.renewals).toHaveLength(1)
  })

  it('are one to a far peer behind a relay', async () => {
    const { network, clock, opened, deliver } = await openLanes({ roundTripMs: FAR_MS })
    network.path = { ...RELAYED, leftBytes: Number.POSITIVE_INFINITY, limitBytes: Number.POSITIVE_INFINITY }

    for (let i = 0; i < 10; i++) {
      deliver(() => 256 * 1024)
      await clock.advance(LANE_LOOK_MS)
    }

    expect(opened()).toBe(0)
  })
})

interface Lab {
  readonly lanes: RequestLanes
  readonly clock: ManualClock
  readonly network: ReturnType<MemoryHub['addNode']>
  /** The number of lanes at each delivery. */
  readonly counts: number[]
  /** Connections of their own that were opened. */
  opened(): number
  /** Answers requests worth `bytes(lanes)` and leaves every lane full, as a pump with enough to ask does. */
  deliver(bytes: (laneCount: number) => number): void
  /** Delivers so many bytes, and passes the time until the lanes are looked at. */
  look(bytes: number): Promise<void>
}

async function openLanes(init: { roundTripMs: number | undefined; shares?: LaneShares }): Promise<Lab> {
  const clock = new ManualClock()
  const hub = new MemoryHub()
  const [network, remote] = [hub.addNode('here'), hub.addNode('there')]
  await remote.handle(BLOCK_EXCHANGE_PROTOCOL, () => undefined)
  hub.connect(network, remote)
  const counters = new PeerBook().of(remote.peer)
  const parts = {
    peer: remote.peer,
    network,
    clock,
    counters,
    isReading: () => false,
    roundTripMs: () => init.roundTripMs,
    isRelayed: () => network.path.kind === 'relayed',
    closing: new AbortController().signal,
    attach: (stream: ConstructorParameters<typeof FrameStream>[0]['stream'], lane: RequestLane): FrameStream => {
      const attached: FrameStream = new FrameStream(
        { stream, clock },
        { onFrame: () => undefined, onBytes: () => undefined, onEnd: (error) => lane.ended(attached, error) },
        { maxBufferedBytes: 1024 },
      )
      return attached
    },
  }
  const made: RequestLane[] = []
  const lanes = new RequestLanes({
    clock,
    shares: init.shares ?? new LaneShares(),
    reading: new Reading({ clock }),
    roundTripMs: () => init.roundTripMs,
    path: () => network.pathTo(remote.peer),
    onUsedUp: () => network.renewPath(remote.peer),
    onGrown: () => undefined,
    make: (connection) => {
      const lane = new RequestLane(parts, { connection })
      made.push(lane)
      return lane
    },
  })
  const counts: number[] = []
  const deliver: Lab['deliver'] = (bytes) => {
    counts.push(lanes.count)
    const open = [lanes.first, ...made.slice(1).filter(({ isOpen }) => isOpen)]
    for (const { window } of open) {
      const share = bytes(open.length) / open.length
      if (share === 0) continue
      window.settled(window.sent(0, clock.now()), share, clock.now())
      while (window.hasRoom('bulk')) window.sent(REQUEST_BYTES, clock.now())
    }
    if (bytes(open.length) > 0) lanes.withRoom('bulk')
  }
  const look: Lab['look'] = async (bytes) => {
    deliver(() => bytes)
    await clock.advance(LANE_LOOK_MS)
  }
  return { lanes, clock, network, counts, opened: () => network.opened.length, deliver, look }
}
