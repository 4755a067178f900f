import { describe, expect, it } from 'vitest'
import { PauseSwitch } from './pause-switch.ts'

/** Resolves with each run’s signal as it begins; the run ends when its signal aborts or `finish` is called. */
class HeldWork {
  readonly signals: AbortSignal[] = []
  #finish: (result: string) => void = () => undefined
  #begun = Promise.withResolvers<void>()

  readonly work = (signal: AbortSignal): Promise<string> => {
    this.signals.push(signal)
    this.#begun.resolve()
    this.#begun = Promise.withResolvers<void>()
    return new Promise((resolve, reject) => {
      this.#finish = resolve
      signal.addEventListener('abort', () => reject(signal.reason))
    })
  }

  begun(): Promise<void> {
    return this.#begun.promise
  }

  finish(): void {
    this.#finish('done')
  }
}

describe('PauseSwitch', () => {
  const never = new AbortController().signal

  it('interrupts work that is paused and begins it anew when it is resumed', async () => {
    const [pausing, held] = [new PauseSwitch(), new HeldWork()]
    const result = pausing.run(held.work, never)
    pausing.pause()
    expect(held.signals[0]?.aborted).toBe(true)
    const begun = held.begun()
    pausing.resume()
    await begun
    held.finish()
    await expect(result).resolves.toBe('done')
    expect(held.signals).toHaveLength(2)
  })

  it('does not begin what is paused from the start', async () => {
    const [pausing, held] = [new PauseSwitch({ isPaused: true }), new HeldWork()]
    const begun = held.begun()
    const result = pausing.run(held.work, never)
    await Promise.resolve()
    expect(held.signals).toEqual([])
    pausing.resume()
    await begun
    held.finish()
    await expect(result).resolves.toBe('done')
  })

  it('ends with its signal’s reason, running or paused', async () => {
    const reason = new Error('cancelled')
    for (const isPaused of [false, true]) {
      const [pausing, held, controller] = [new PauseSwitch({ isPaused }), new HeldWork(), new AbortController()]
      const result = pausing.run(held.work, controller.signal)
      controller.abort(reason)
      await expect(result).rejects.toBe(reason)
    }
  })

  it('fails as the work fails', async () => {
    const failure = new Error('broken')
    await expect(new PauseSwitch().run(() => Promise.reject(failure), never)).rejects.toBe(failure)
  })

  it('stays paused when it is paused again before the work has begun anew', async () => {
    const [pausing, held] = [new PauseSwitch({ isPaused: true }), new HeldWork()]
    const controller = new AbortController()
    const result = pausing.run(held.work, controller.signal)
    pausing.resume()
    pausing.pause()
    await new Promise((resolve) => setTimeout(resolve, 0))
    expect(held.signals).toEqual([])
    controller.abort()
    await expect(result).rejects.toMatchObject({ name: 'AbortError' })
  })

  it('tells of each change once', () => {
    const changes: boolean[] = []
    const pausing = new PauseSwitch()
    const unsubscribe = pausing.onChange((isPaused) => void changes.push(isPaused))
    for (const act of ['pause', 'pause', 'resume', 'resume', 'pause'] as const) pausing[act]()
    unsubscribe()
    pausing.resume()
    expect(changes).toEqual([true, false, true])
  })
})
