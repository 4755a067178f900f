import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { LeaderWatch } from './leader-watch.ts'

describe('LeaderWatch', () => {
  let answers: boolean
  let isWanted: boolean
  let now: number
  let mute: number
  let pings: number
  let pageAsked: () => void
  let watch: LeaderWatch

  beforeEach(() => {
    vi.useFakeTimers()
    answers = true
    isWanted = true
    now = 0
    mute = 0
    pings = 0
    pageAsked = () => undefined
    watch = new LeaderWatch({
      ping: () => {
        pings++
        return answers ? Promise.resolve() : new Promise(() => undefined)
      },
      askPage: () => pageAsked(),
      isWanted: () => isWanted,
      onMute: () => mute++,
      now: () => now,
    })
    watch.start()
  })
  afterEach(() => {
    watch.stop()
    vi.useRealTimers()
  })

  async function look(times: number, gapMs = 200): Promise<void> {
    for (let i = 0; i < times; i++) {
      now += gapMs
      await vi.advanceTimersByTimeAsync(200)
    }
  }

  it('finds a node that answers nobody within three looks', async () => {
    await look(30)
    answers = false
    await look(4)
    expect(mute).toBe(1)
    await look(50)
    expect(mute).toBe(1)
  })

  it('leaves a node alone that answers', async () => {
    await look(200)
    expect(mute).toBe(0)
  })

  it('leaves a busy worker alone whose page answers', async () => {
    await look(30)
    answers = false
    pageAsked = () => watch.hear()
    await look(100)
    expect(mute).toBe(0)
    pageAsked = () => undefined
    await look(4)
    expect(mute).toBe(1)
  })

  it('is patient with a node that has just begun', async () => {
    answers = false
    await look(14)
    expect(mute).toBe(0)
    await look(3)
    expect(mute).toBe(1)
  })

  it('does not count the time in which this thread was held up', async () => {
    await look(30)
    answers = false
    await look(50, 900)
    expect(mute).toBe(0)
  })

  it('asks nothing while nobody would notice', async () => {
    isWanted = false
    await look(50)
    expect(pings).toBe(0)
    expect(mute).toBe(0)
  })

  it('has twice the patience after each time', async () => {
    await look(30)
    answers = false
    await look(4)
    watch.start()
    answers = true
    await look(30)
    answers = false
    await look(5)
    expect(mute).toBe(1)
    await look(2)
    expect(mute).toBe(2)
  })
})
