import { describe, expect, it } from 'vitest'
import { transferOf } from '../testing/fake-datasets.ts'
import { milestone } from './milestones.ts'

const at = (doneBytes: number) =>
  transferOf('zDv', { state: 'moving', peers: 1 }, { name: 'a.bin', doneBytes, totalBytes: 100 })

describe('milestone', () => {
  it('tells a new transfer and each turn', () => {
    expect(milestone(undefined, at(0))).toBe('a.bin: Fetching from 1 device')
    const done = transferOf('zDv', { state: 'done' }, { name: 'a.bin' })
    expect(milestone(at(99), done)).toBe('a.bin: Fetched, every block verified.')
  })

  it('tells quarters, each once', () => {
    expect(milestone(at(24), at(25))).toBe('a.bin: 25 percent')
    expect(milestone(at(25), at(26))).toBeUndefined()
    expect(milestone(at(30), at(80))).toBe('a.bin: 75 percent')
  })

  it('leaves the end to the turn that follows', () => {
    expect(milestone(at(99), at(100))).toBeUndefined()
  })
})
