import { describe, expect, it } from 'vitest'
import { DelayedLeaves, LEAVE_UNDO_MS } from './delayed-leaves.ts'

const [ID, OTHER] = ['0x02', '0x03'] as const

function setUp() {
  const due = new Map<() => void, number>()
  const leaves = new DelayedLeaves((act, afterMs) => {
    due.set(act, afterMs)
    return () => due.delete(act)
  })
  const left: string[] = []
  const ends: PromiseWithResolvers<void>[] = []
  const leave = (id: string) => async () => {
    left.push(id)
    const end = Promise.withResolvers<void>()
    ends.push(end)
    await end.promise
  }
  /** The time for an undo is over. */
  const pass = () => {
    const acts = [...due.keys()]
    due.clear()
    for (const act of acts) act()
  }
  const endAll = async () => {
    for (const end of ends) end.resolve()
    await new Promise((resolve) => setImmediate(resolve))
  }
  return { leaves, left, leave, due, pass, endAll, waiting: () => [...leaves.waiting.value.keys()] }
}

describe('a community that is left', () => {
  it('waits for an undo, and counts as waiting until it has been left', async () => {
    const { leaves, left, leave, due, pass, endAll, waiting } = setUp()
    leaves.add(ID, leave(ID))
    expect([...due.values()]).toEqual([LEAVE_UNDO_MS])
    expect([left, waiting()]).toEqual([[], [ID]])
    pass()
    expect([left, waiting()]).toEqual([[ID], [ID]])
    await endAll()
    expect(waiting()).toEqual([])
  })

  it('is left once however often that is said', () => {
    const { leaves, left, leave, pass } = setUp()
    leaves.add(ID, leave(ID))
    leaves.add(ID, leave(ID))
    pass()
    leaves.add(ID, leave(ID))
    pass()
    expect(left).toEqual([ID])
  })

  it('stays where that is undone in time, and others go', () => {
    const { leaves, left, leave, pass, waiting } = setUp()
    leaves.add(ID, leave(ID))
    leaves.add(OTHER, leave(OTHER))
    expect(leaves.undo(ID)).toBe(true)
    expect(waiting()).toEqual([OTHER])
    pass()
    expect(left).toEqual([OTHER])
    expect(leaves.undo(ID)).toBe(false)
  })

  it('is not said to stay once leaving has begun', async () => {
    const { leaves, leave, pass, endAll, waiting } = setUp()
    leaves.add(ID, leave(ID))
    pass()
    expect(leaves.undo(ID)).toBe(false)
    expect(waiting()).toEqual([ID])
    await endAll()
    expect(waiting()).toEqual([])
  })

  it('stays where the node goes before', () => {
    const { leaves, left, leave, pass, waiting } = setUp()
    leaves.add(ID, leave(ID))
    leaves.add(OTHER, leave(OTHER))
    leaves.stop()
    pass()
    expect([left, waiting()]).toEqual([[], []])
  })
})
