import { describe, expect, it } from 'vitest'
import { DelayQueue } from './delay-queue.ts'

describe('DelayQueue', () => {
  it('gives things when they are due, in the order in which they came', () => {
    const queue = new DelayQueue<string>()
    queue.push('first', { sizeBytes: 1, dueMs: 10 })
    queue.push('second', { sizeBytes: 1, dueMs: 12 })
    expect([...queue.takeDue(9)]).toEqual([])
    expect([...queue.takeDue(10)]).toEqual(['first'])
    expect(queue.nextDueMs).toBe(12)
    expect([...queue.takeDue(20)]).toEqual(['second'])
    expect(queue.nextDueMs).toBeUndefined()
  })

  it('does not let a thing overtake the one before when the delay becomes shorter', () => {
    const queue = new DelayQueue<string>()
    queue.push('slow', { sizeBytes: 1, dueMs: 50 })
    queue.push('fast', { sizeBytes: 1, dueMs: 5 })
    expect([...queue.takeDue(49)]).toEqual([])
    expect([...queue.takeDue(50)]).toEqual(['slow', 'fast'])
  })

  it('drops and counts what has no room, and has room again when something left', () => {
    const queue = new DelayQueue<string>({ maxBytes: 10 })
    expect(queue.push('a', { sizeBytes: 8, dueMs: 1 })).toBe(true)
    expect(queue.push('b', { sizeBytes: 3, dueMs: 1 })).toBe(false)
    expect(queue.dropped).toBe(1)
    expect([...queue.takeDue(1)]).toEqual(['a'])
    expect(queue.push('c', { sizeBytes: 10, dueMs: 2 })).toBe(true)
    expect(queue.push('d', { sizeBytes: 1, dueMs: 3 })).toBe(false)
  })

  it('keeps thousands of things in order while some leave', () => {
    const queue = new DelayQueue<number>()
    const taken: number[] = []
    for (let i = 0; i < 5000; i++) {
      queue.push(i, { sizeBytes: 1, dueMs: i })
      if (i % 7 === 0) taken.push(...queue.takeDue(i - 1500))
    }
    taken.push(...queue.takeDue(5000))
    expect(taken).toEqual(Array.from({ length: 5000 }, (_, i) => i))
  })
})
