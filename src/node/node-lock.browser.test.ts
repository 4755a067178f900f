import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { NodeLock } from './node-lock.ts'

const NEVER = new AbortController().signal

describe('NodeLock', () => {
  const locks: NodeLock[] = []
  let names = 0
  let name = ''

  beforeEach(() => (name = `quire-test-${names++}`))
  afterEach(() => locks.splice(0).forEach((lock) => lock.release()))

  function ask(given: { steal?: AbortSignal } = {}) {
    const lock = new NodeLock({ name })
    locks.push(lock)
    const lost = Promise.withResolvers<void>()
    const state = { isHeld: false }
    const held = lock.acquire({ steal: given.steal ?? NEVER, onLost: lost.resolve }).then(() => (state.isHeld = true))
    return { lock, held, state, lost: lost.promise }
  }

  it('is held by one at a time, and goes to whoever waits when it is released', async () => {
    const first = ask()
    await first.held
    const second = ask()
    await expect
      .poll(async () => (await navigator.locks.query()).pending?.some((each) => each.name === name))
      .toBe(true)
    expect(second.state.isHeld).toBe(false)
    first.lock.release()
    await second.held
  })

  it('is taken from a holder, who is told, when it is to be stolen', async () => {
    const first = ask()
    await first.held
    const stealing = new AbortController()
    const second = ask({ steal: stealing.signal })
    stealing.abort()
    await second.held
    await first.lost
    const third = ask()
    expect(third.state.isHeld).toBe(false)
    second.lock.release()
    await third.held
  })

  it('is stolen by somebody who did not wait for it first', async () => {
    const first = ask()
    await first.held
    const thief = ask({ steal: AbortSignal.abort() })
    await first.lost
    expect(await thief.held).toBe(true)
  })

  it('goes to the thief ahead of those who wait', async () => {
    const first = ask()
    await first.held
    const waiting = ask()
    await ask({ steal: AbortSignal.abort() }).held
    expect(waiting.state.isHeld).toBe(false)
  })
})
