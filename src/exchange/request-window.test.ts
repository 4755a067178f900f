import { describe, expect, it } from 'vitest'
import { MAX_PEER_WINDOW_BYTES, MAX_REQUEST_BYTES, MIN_REQUEST_BYTES } from './limits.ts'
import { RequestWindow, type SentRequest } from './request-window.ts'

const MB = 1_000_000

const RELAYED = { isReading: () => false, roundTripMs: () => 50, isRelayed: () => true }

function newWindow(isReading = (): boolean => false, roundTripMs?: number): RequestWindow {
  return new RequestWindow({ isReading, roundTripMs: () => roundTripMs, isRelayed: () => false })
}

/** A peer that serves in order at `bytesPerMs`, `rttMs` away; returns the window after `requests` of them. */
function drive(
  model: { bytesPerMs: number; rttMs: number; isReading?: () => boolean },
  requests: number,
  onSent?: (sent: SentRequest) => void,
): RequestWindow {
  const window = newWindow(model.isReading)
  const onTheWay: { sent: SentRequest; doneAtMs: number }[] = []
  let nowMs = 0
  let serverFreeMs = 0
  for (let answered = 0; answered < requests; answered++) {
    while (window.hasRoom('bulk')) {
      const bytes = Math.floor(window.requestBytes)
      const startMs = Math.max(serverFreeMs, nowMs + model.rttMs / 2)
      serverFreeMs = startMs + bytes / model.bytesPerMs
      const sent = window.sent(bytes, nowMs)
      onSent?.(sent)
      onTheWay.push({ sent, doneAtMs: serverFreeMs + model.rttMs / 2 })
    }
    const first = onTheWay.shift()
    if (first === undefined) break
    nowMs = first.doneAtMs
    window.settled(first.sent, first.sent.bytes, nowMs)
  }
  return window
}

describe('the window of a peer', () => {
  it('begins with two small requests', () => {
    const window = newWindow()
    window.sent(MIN_REQUEST_BYTES, 0)
    expect(window.hasRoom('bulk')).toBe(true)
    window.sent(MIN_REQUEST_BYTES, 0)
    expect(window.hasRoom('bulk')).toBe(false)
    expect(window.hasRoom('next')).toBe(true)
  })

  it('grows until the line is full, and stays near twice its content', () => {
    const window = drive({ bytesPerMs: (10 * MB) / 1000, rttMs: 60 }, 400)
    const lineBytes = 10_000 * 60
    expect(window.rateBytesPerMs).toBeGreaterThan(9500)
    expect(window.windowBytes).toBeGreaterThan(1.5 * lineBytes)
    expect(window.windowBytes).toBeLessThan(3.5 * lineBytes)
  })

  it('does not grow with its own queue on a slow line', () => {
    const early = drive({ bytesPerMs: 200, rttMs: 40 }, 50).windowBytes
    const late = drive({ bytesPerMs: 200, rttMs: 40 }, 2000).windowBytes
    expect(late).toBeLessThanOrEqual(early)
    // Two of its smallest requests, and what is on the line.
    expect(late).toBeLessThan(2.5 * MIN_REQUEST_BYTES)
  })

  it('runs empty once in ten seconds, to see the line without its own queue', () => {
    const aloneAtMs: number[] = []
    drive({ bytesPerMs: 10_000, rttMs: 60 }, 2000, ({ aheadBytes, sentAtMs }) => {
      if (aheadBytes === 0) aloneAtMs.push(sentAtMs)
    })
    expect(aloneAtMs.length).toBeGreaterThan(2)
    const pausesMs = aloneAtMs.slice(1).map((atMs, i) => atMs - (aloneAtMs[i] ?? 0))
    expect(Math.min(...pausesMs)).toBeGreaterThan(9000)
    expect(Math.max(...pausesMs)).toBeLessThan(12_000)
  })

  it('ends below what a stream may hold unread', () => {
    const window = drive({ bytesPerMs: (50 * MB) / 1000, rttMs: 200 }, 1000)
    expect(window.windowBytes).toBe(MAX_PEER_WINDOW_BYTES)
    expect(window.inFlightBytes).toBeLessThan(4 * 1024 * 1024)
  })

  it('makes requests larger for a fast peer, within what every version answers', () => {
    expect(drive({ bytesPerMs: 200, rttMs: 10 }, 100).requestBytes).toBe(MIN_REQUEST_BYTES)
    expect(drive({ bytesPerMs: 20_000, rttMs: 10 }, 100).requestBytes).toBeGreaterThan(3 * MIN_REQUEST_BYTES)
    expect(drive({ bytesPerMs: 500_000, rttMs: 10 }, 500).requestBytes).toBe(MAX_REQUEST_BYTES)
  })

  it('gives a request three times its expected time, between 5 and 45 s', () => {
    expect(newWindow().timeoutMs(MIN_REQUEST_BYTES)).toBe(15_000)
    expect(drive({ bytesPerMs: 10_000, rttMs: 10 }, 100).timeoutMs(MIN_REQUEST_BYTES)).toBe(5000)
    expect(drive({ bytesPerMs: 15, rttMs: 10 }, 100).timeoutMs(MIN_REQUEST_BYTES)).toBeGreaterThan(20_000)
    expect(drive({ bytesPerMs: 1, rttMs: 10 }, 100).timeoutMs(MIN_REQUEST_BYTES)).toBe(45_000)
  })

  it('takes a failed request off without learning from it', () => {
    const window = newWindow()
    window.settled(window.sent(1000, 0), 0, 9000)
    expect(window).toMatchObject({ inFlightBytes: 0, requests: 0, rateBytesPerMs: undefined })
  })

  it('keeps bulk small while a reader waits, and lets what is read ahead have the whole window', () => {
    let isReading = false
    const window = drive({ bytesPerMs: (10 * MB) / 1000, rttMs: 4, isReading: () => isReading }, 400)
    const before = window.windowBytes
    expect(window.bulkWindowBytes).toBe(before)
    isReading = true
    expect(window.requestBytes).toBe(MIN_REQUEST_BYTES)
    expect(window.loneRequestBytes).toBe(MIN_REQUEST_BYTES)
    expect(window.bulkWindowBytes).toBeLessThan(before / 4)
    expect(window.windowBytes).toBe(before)
    isReading = false
    expect(window.bulkWindowBytes).toBe(before)
  })

  it('finds the rate of a far line while a reader waits', () => {
    const model = { bytesPerMs: (10 * MB) / 1000, rttMs: 60, isReading: () => true }
    const window = drive(model, 400)
    expect(window.rateBytesPerMs).toBeGreaterThan(model.bytesPerMs * 0.9)
    expect(window.bulkWindowBytes).toBeLessThan(model.bytesPerMs * model.rttMs * 2.5)
  })

  it('keeps little on its way through a relay, in the smallest requests, however fast it is', () => {
    const window = new RequestWindow(RELAYED)
    window.settled(window.sent(MB, 0), MB, 100)

    expect(window.windowBytes).toBeLessThanOrEqual(256 * 1024)
    expect(window.requestBytes).toBe(MIN_REQUEST_BYTES)
    expect(window.loneRequestBytes).toBe(MIN_REQUEST_BYTES)
  })
})
