import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { Watchdog } from './watchdog.ts'

describe('the watchdog over a worker', () => {
  const deaths: string[] = []
  let answer: () => Promise<unknown> = async () => true
  let pings = 0
  let watchdog: Watchdog

  beforeEach(() => {
    vi.useFakeTimers()
    deaths.length = 0
    pings = 0
    answer = async () => true
    const ping = (): Promise<unknown> => {
      pings++
      return answer()
    }
    const init = { pingIntervalMs: 100, maxMissedPings: 3, probeTimeoutMs: 50 }
    watchdog = new Watchdog({ ping, onDead: (reason) => void deaths.push(reason) }, init)
    watchdog.start()
  })

  afterEach(() => {
    watchdog.stop()
    vi.useRealTimers()
  })

  it('lets a worker live that answers', async () => {
    await vi.advanceTimersByTimeAsync(5_000)
    expect(pings).toBe(50)
    expect(deaths).toEqual([])
  })

  it('reports a worker once that leaves three pings in a row without an answer', async () => {
    answer = () => new Promise(() => undefined)
    await vi.advanceTimersByTimeAsync(399)
    expect(deaths).toEqual([])
    await vi.advanceTimersByTimeAsync(5_000)
    expect(deaths).toHaveLength(1)
  })

  it('forgives missed pings once one is answered', async () => {
    answer = () => new Promise(() => undefined)
    await vi.advanceTimersByTimeAsync(200)
    answer = async () => true
    await vi.advanceTimersByTimeAsync(100)
    answer = () => new Promise(() => undefined)
    await vi.advanceTimersByTimeAsync(250)
    expect(deaths).toEqual([])
  })

  it('goes on after an uncaught error when the worker still answers', async () => {
    watchdog.probe('a listener threw')
    await vi.advanceTimersByTimeAsync(5_000)
    expect(deaths).toEqual([])
  })

  it('reports a worker soon that had an uncaught error and no longer answers', async () => {
    answer = () => new Promise(() => undefined)
    watchdog.probe('out of memory')
    await vi.advanceTimersByTimeAsync(50)
    expect(deaths).toEqual(['out of memory'])
  })
})
