import { describe, expect, it } from 'vitest'
import { DataChannelEvents } from './data-channel-events.ts'

describe('an on… attribute', () => {
  it('is called in its turn with the target as this', () => {
    const target = new DataChannelEvents()
    const calls: string[] = []
    target.addEventListener('open', () => calls.push('first'))
    target.onopen = function (this: unknown) {
      calls.push(this === target ? 'handler' : 'handler with another this')
    }
    target.addEventListener('open', () => calls.push('last'))

    target.dispatchEvent(new Event('open'))

    expect(calls).toEqual(['first', 'handler', 'last'])
  })

  it('calls only the handler that was assigned last, and none after null', () => {
    const target = new DataChannelEvents()
    const calls: string[] = []
    target.onclose = () => calls.push('old')
    target.onclose = () => calls.push('new')
    target.dispatchEvent(new Event('close'))
    target.onclose = null
    target.dispatchEvent(new Event('close'))

    expect(calls).toEqual(['new'])
    expect(target.onclose).toBeNull()
  })
})
