import { describe, expect, it } from 'vitest'
import { Holder } from './holder.ts'
import { isHopeless, type OpenRequest, OpenRequests, SUPERSEDED } from './open-requests.ts'
import { ManualClock } from './testing/manual-clock.ts'
import { makeLink } from './testing/test-link.ts'

function lab() {
  const open = new OpenRequests()
  const holder = new Holder(makeLink(new ManualClock()), 100)
  const ask = (indices: readonly number[]): OpenRequest => {
    const { first: lane } = holder.link.lanes
    const request = { holder, lane, indices, sentAtMs: 1000, dueAtMs: 1100, controller: new AbortController() }
    open.add(request)
    return request
  }
  return { open, ask }
}

describe('the requests on their way', () => {
  it('give back what was lost with one, but not what came or what another carries', () => {
    const { open, ask } = lab()
    const first = ask([1, 2, 3])
    const second = ask([3])
    open.arrived(1, first)

    expect(open.end(first)).toEqual([2])
    expect(open.end(second)).toEqual([3])
    expect(open.size).toBe(0)
  })

  it('end the one whose last block came with another', () => {
    const { open, ask } = lab()
    const slow = ask([1, 2])
    const fast = ask([1, 2])
    open.arrived(1, fast)
    expect(slow.controller.signal.aborted).toBe(false)
    open.arrived(2, fast)

    expect(slow.controller.signal.reason).toBe(SUPERSEDED)
    expect(fast.controller.signal.aborted).toBe(false)
    expect([open.end(slow), open.end(fast)]).toEqual([[], []])
  })

  it('know who carries a block, and what of a request is still to come', () => {
    const { open, ask } = lab()
    const first = ask([1, 2])
    const second = ask([2])
    expect([...open.carriersOf(2)]).toEqual([first, second])
    open.arrived(2, second)

    expect([...open.carriersOf(2)]).toEqual([])
    expect(open.openOf(first)).toEqual([1])
    expect(open.isOpen(2, first)).toBe(false)
    expect(open.isOpen(1, first)).toBe(true)
  })

  it('are without hope when they take many times what was expected', () => {
    const { ask } = lab()
    const request = ask([1])
    expect(isHopeless(request, 1700)).toBe(false)
    expect(isHopeless(request, 1701)).toBe(true)
  })
})
