import { describe, expect, it } from 'vitest'
import { ReadPosition } from '../dataset/read-position.ts'
import { ReaderWants } from './reader-wants.ts'
import { ManualClock } from './testing/manual-clock.ts'

function lab() {
  let urgentCount = 0
  const wants = new ReaderWants({ clock: new ManualClock(), onUrgent: () => (urgentCount += 1) })
  const read = (reader: ReadPosition, indices: readonly number[], signal?: AbortSignal): Promise<unknown> =>
    Promise.allSettled(indices.map((index) => wants.want(index, { reader, signal })))
  const order = (): number[] => [...wants.indices()]
  return { wants, read, order, urgentCount: () => urgentCount }
}

function readerAt(index: number): ReadPosition {
  const reader = new ReadPosition()
  reader.waitFor(index)
  return reader
}

describe('what readers want', () => {
  it('is first what each waits for, then the nearest that each reads ahead', () => {
    const { read, order } = lab()
    void read(readerAt(0), [0, 1, 2, 3])
    void read(readerAt(50), [50, 51])

    expect(order()).toEqual([0, 50, 1, 51, 2, 3])
  })

  it('is a single block before anything that is read ahead', () => {
    const { wants, read, order } = lab()
    void read(readerAt(0), [0, 1, 2])
    void wants.want(9)

    expect(order()).toEqual([0, 9, 1, 2])
  })

  it('becomes urgent when the reader gets to it, which is said at once', () => {
    const { read, order, urgentCount } = lab()
    const [first, second] = [readerAt(0), readerAt(50)]
    void read(first, [1, 2, 3])
    void read(second, [51])
    expect(urgentCount()).toBe(0)
    second.waitFor(51)
    first.waitFor(2)

    expect(urgentCount()).toBe(2)
    expect(order()).toEqual([2, 51, 1, 3])
  })

  it('comes in turn: who was served waits until the others were', () => {
    const { wants, read } = lab()
    const [first, second] = [readerAt(0), readerAt(50)]
    void read(first, [0, 1])
    void read(second, [50, 51])
    wants.asked([0])
    wants.deliver(0, new Uint8Array(1))
    first.waitFor(1)

    expect([...wants.wanted('next')]).toEqual([50, 1])
  })

  it('is forgotten with its reader, who is heard no longer', async () => {
    const { wants, read, order, urgentCount } = lab()
    const stopping = new AbortController()
    const reader = readerAt(0)
    const reading = read(reader, [0, 1, 2], stopping.signal)
    void wants.want(1)
    stopping.abort(new Error('enough'))
    await reading
    reader.waitFor(1)

    expect(order()).toEqual([1])
    expect(urgentCount()).toBe(0)
  })

  it('is given to each as a copy of its own', async () => {
    const { wants } = lab()
    const reads = [wants.want(3), wants.want(3)]
    wants.deliver(3, Uint8Array.of(7))
    const [a, b] = await Promise.all(reads)

    expect([a, b]).toEqual([Uint8Array.of(7), Uint8Array.of(7)])
    expect(a).not.toBe(b)
    expect(wants.size).toBe(0)
  })
})
