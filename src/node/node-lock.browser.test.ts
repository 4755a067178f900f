import { afterEach, describe, expect, it } from 'vitest'
import { NodeLock } from './node-lock.ts'

describe('NodeLock', () => {
  const locks: NodeLock[] = []
  let names = 0
  let name = ''

  afterEach(() => locks.splice(0).forEach((lock) => lock.release()))

  function newLock(init: { releaseTimeoutMs?: number } = {}): NodeLock {
    const lock = new NodeLock({ name, ...init })
    locks.push(lock)
    return lock
  }

  /** A holder that notes that it lost the lock. */
  async function hold(
    onLost: () => Promise<void> = async () => undefined,
  ): Promise<{ lost: Promise<void>; lock: NodeLock }> {
    name = `quire-test-${names++}`
    const lock = newLock()
    const lost = Promise.withResolvers<void>()
    const options = { takeOver: false, onLost: () => onLost().finally(() => lost.resolve()) }
    await lock.acquire(options)
    return { lost: lost.promise, lock }
  }

  const other = { takeOver: false, onLost: async () => undefined }

  it('is held by one at a time', async () => {
    const { lock } = await hold()
    await expect(newLock().acquire(other)).rejects.toMatchObject({ code: 'ERR_NODE_ELSEWHERE' })
    lock.release()
    // The browser gives a released lock free a moment later.
    await expect
      .poll(() =>
        newLock()
          .acquire(other)
          .then(
            () => 'held',
            () => 'elsewhere',
          ),
      )
      .toBe('held')
  })

  it('is handed over when asked for, once the holder has put its node away', async () => {
    const stopped: string[] = []
    const { lost } = await hold(async () => void stopped.push('stopped'))
    await newLock().acquire({ ...other, takeOver: true })
    expect(stopped).toEqual(['stopped'])
    await lost
    await expect(newLock().acquire(other)).rejects.toMatchObject({ code: 'ERR_NODE_ELSEWHERE' })
  })

  it('is taken from a holder that does not answer', async () => {
    const silence = new Promise<void>(() => undefined)
    let isTold = false
    await hold(() => {
      isTold = true
      return silence
    })
    await newLock({ releaseTimeoutMs: 50 }).acquire({ ...other, takeOver: true })
    expect(isTold).toBe(true)
    await expect(newLock().acquire(other)).rejects.toMatchObject({ code: 'ERR_NODE_ELSEWHERE' })
  })

  it('is handed over even when the holder fails to stop', async () => {
    await hold(() => Promise.reject(new Error('cannot stop')))
    await expect(newLock().acquire({ ...other, takeOver: true })).resolves.toBeUndefined()
  })
})
