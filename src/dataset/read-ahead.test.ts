import { describe, expect, it } from 'vitest'
import { readAhead } from './read-ahead.ts'

describe('readAhead', () => {
  it('keeps the order and never makes more than asked for in advance', async () => {
    let made = 0
    let taken = 0
    let mostAhead = 0
    async function* source(): AsyncGenerator<number> {
      for (; made < 20; made++) {
        mostAhead = Math.max(mostAhead, made - taken)
        yield made
      }
    }
    const values: number[] = []
    for await (const value of readAhead(source(), 2)) {
      await new Promise(setImmediate)
      values.push(value)
      taken++
    }
    expect(values).toEqual(Array.from({ length: 20 }, (_, i) => i))
    expect(mostAhead).toBe(2)
  })

  it('throws the source’s error in its turn', async () => {
    const failure = new Error('third')
    async function* source(): AsyncGenerator<number> {
      yield 1
      yield 2
      throw failure
    }
    const values: number[] = []
    const reading = (async () => {
      for await (const value of readAhead(source(), 5)) values.push(value)
    })()
    await expect(reading).rejects.toBe(failure)
    expect(values).toEqual([1, 2])
  })

  it('closes the source when the reader ends early', async () => {
    let isClosed = false
    async function* source(): AsyncGenerator<number> {
      try {
        while (true) yield 1
      } finally {
        isClosed = true
      }
    }
    for await (const value of readAhead(source(), 2)) if (value === 1) break
    expect(isClosed).toBe(true)
  })
})
