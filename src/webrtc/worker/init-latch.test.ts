import { describe, expect, it } from 'vitest'
import { InitLatch } from './init-latch.ts'

describe('the latch of the init channel', () => {
  it('passes everything of another channel', () => {
    const latch = new InitLatch('')

    expect([latch.onRemote('open'), latch.onRemote('closing'), latch.onRemote('close')]).toEqual([
      'pass',
      'pass',
      'pass',
    ])
    expect(latch.isHolding).toBe(false)
    expect(latch.release()).toBe('nothing-hidden')
  })

  it('hides the close of an open channel until it is closed here', () => {
    const latch = new InitLatch('init')

    expect([latch.onRemote('open'), latch.onRemote('closing'), latch.onRemote('close')]).toEqual([
      'pass',
      'hide',
      'hide',
    ])
    expect(latch.isHolding).toBe(true)
    expect(latch.release()).toBe('close-hidden')
    expect(latch.isHolding).toBe(false)
  })

  it('says open, once, where the channel of a connection that stands closes before it opened', () => {
    const latch = new InitLatch('init')
    latch.onConnected()

    expect([latch.onRemote('closing'), latch.onRemote('close'), latch.onRemote('open')]).toEqual([
      'open-instead',
      'hide',
      'hide',
    ])
  })

  it('waits with that until the connection stands', () => {
    const latch = new InitLatch('init')

    expect([latch.onRemote('closing'), latch.isHolding]).toEqual(['hide', false])
    expect([latch.onConnected(), latch.isHolding]).toEqual(['open-instead', true])
    expect([latch.onRemote('close'), latch.isHolding]).toEqual(['hide', true])
  })

  it('never says open of a connection that came to nothing', () => {
    const latch = new InitLatch('init')

    expect([latch.onRemote('closing'), latch.onRemote('close'), latch.isHolding]).toEqual(['hide', 'hide', false])
    expect(latch.release()).toBe('close-hidden')
  })

  it('passes the close that answers a local one', () => {
    const latch = new InitLatch('init')
    latch.onRemote('open')

    expect(latch.release()).toBe('nothing-hidden')
    expect(latch.onRemote('close')).toBe('pass')
  })
})
