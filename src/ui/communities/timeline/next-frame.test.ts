import { describe, expect, it } from 'vitest'
import { nextFrame, type SeenDocument } from './next-frame.ts'

class DocumentDouble extends EventTarget {
  hidden = false
  listening: (AbortSignal | undefined)[] = []

  override addEventListener(
    type: string,
    listener: EventListenerOrEventListenerObject | null,
    options?: AddEventListenerOptions | boolean,
  ): void {
    this.listening.push(typeof options === 'object' ? options.signal : undefined)
    super.addEventListener(type, listener, options)
  }
}

describe('nextFrame', () => {
  it('waits for the frame, and listens no more after it', async () => {
    const seen = new DocumentDouble()
    let isDrawn = false
    await nextFrame(seen as SeenDocument, (act) =>
      queueMicrotask(() => {
        isDrawn = true
        act()
      }),
    )
    expect(isDrawn).toBe(true)
    expect(seen.listening.map((signal) => signal?.aborted)).toEqual([true])
  })

  it('waits for no frame where nobody looks', async () => {
    const seen = Object.assign(new DocumentDouble(), { hidden: true })
    await expect(nextFrame(seen as SeenDocument, () => undefined)).resolves.toBeUndefined()
    expect(seen.listening).toEqual([])
  })

  it('ends when one looks away: that frame never comes', async () => {
    const seen = new DocumentDouble()
    const frame = nextFrame(seen as SeenDocument, () => undefined)
    seen.hidden = true
    seen.dispatchEvent(new Event('visibilitychange'))
    await expect(frame).resolves.toBeUndefined()
  })
})
