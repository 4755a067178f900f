import { describe, expect, it } from 'vitest'
import { Backoff, pause, within } from './waiting.ts'

describe('Backoff', () => {
  it('doubles from one second to eight', () => {
    const backoff = new Backoff({ jitter: 0 })

    const pauses = Array.from({ length: 7 }, () => backoff.nextMs())

    expect(pauses).toEqual([1_000, 2_000, 4_000, 8_000, 8_000, 8_000, 8_000])
    backoff.reset()
    expect(backoff.nextMs()).toBe(1_000)
  })

  it('takes up to a third away by chance, never more, and adds nothing', () => {
    expect(new Backoff({ random: () => 0 }).nextMs()).toBe(1_000)
    expect(new Backoff({ random: () => 0.999_999 }).nextMs()).toBe(667)
  })

  it('stays at its longest pause after very many failures', () => {
    const backoff = new Backoff({ jitter: 0 })
    for (let failure = 0; failure < 5_000; failure++) backoff.nextMs()

    expect(backoff.nextMs()).toBe(8_000)
  })
})

describe('pause', () => {
  it('ends at once when the signal aborts, before or during it', async () => {
    await pause(3_600_000, AbortSignal.abort())
    const controller = new AbortController()
    const paused = pause(3_600_000, controller.signal)
    controller.abort()

    await expect(paused).resolves.toBeUndefined()
  })
})

describe('within', () => {
  it('aborts with the reason of whichever comes first', () => {
    const reason = new Error('enough')

    expect(within(3_600_000, undefined, AbortSignal.abort(reason)).reason).toBe(reason)
  })
})
