import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { manifestCidFromDigest } from '../codec/cid.ts'
import { QuireError } from '../errors.ts'
import { PauseSwitch } from './pause-switch.ts'
import type { Transfer } from './transfer.ts'
import { type Running, type TransferChange, Transfers } from './transfers.ts'

const CID = manifestCidFromDigest(new Uint8Array(32).fill(7))
const OTHER = manifestCidFromDigest(new Uint8Array(32).fill(8))
const UPLOAD = { kind: 'upload', name: 'a.bin' } as const

/** Work that goes on until it is aborted or finished by hand. */
function heldWork(): { work: (running: Running) => Promise<string>; running: Promise<Running>; finish: () => void } {
  const running = Promise.withResolvers<Running>()
  const finished = Promise.withResolvers<string>()
  const work = (given: Running): Promise<string> => {
    running.resolve(given)
    given.signal.addEventListener('abort', () => finished.reject(given.signal.reason))
    return finished.promise
  }
  return { work, running: running.promise, finish: () => finished.resolve('finished') }
}

describe('Transfers', () => {
  let changes: TransferChange[]
  let transfers: Transfers

  beforeEach(() => {
    vi.useFakeTimers()
    changes = []
    transfers = new Transfers({ onChange: (change) => void changes.push(change) })
  })

  afterEach(async () => {
    await transfers.stop()
    vi.useRealTimers()
  })

  const only = (): Transfer => {
    const [transfer] = transfers.list()
    if (transfer === undefined) throw new Error('there is no transfer')
    return transfer
  }

  it('keeps what work gives and lists it as done', async () => {
    await expect(transfers.run(UPLOAD, async () => 42)).resolves.toBe(42)
    expect(only()).toMatchObject({ ...UPLOAD, phase: { state: 'done' } })
  })

  it('lists a failure with its error, a foreign one as ERR_UNKNOWN with its cause', async () => {
    const full = new QuireError('ERR_STORE_FULL', 'Full.')
    await expect(transfers.run(UPLOAD, () => Promise.reject(full))).rejects.toBe(full)
    const odd = new TypeError('odd')
    await expect(transfers.run(UPLOAD, () => Promise.reject(odd))).rejects.toBe(odd)
    const phases = transfers.list().map(({ phase }) => phase)
    expect(phases).toMatchObject([
      { state: 'failed', error: full },
      { state: 'failed', error: { code: 'ERR_UNKNOWN', cause: odd } },
    ])
  })

  it('measures rate and time left while bytes move', async () => {
    const held = heldWork()
    const done = transfers.run({ ...UPLOAD, totalBytes: 100_000 }, held.work)
    const { update } = await held.running
    update({ phase: { state: 'moving', peers: 1 }, doneBytes: 20_000 })
    for (let second = 1; second <= 4; second++) {
      await vi.advanceTimersByTimeAsync(1_000)
      update({ doneBytes: 20_000 + second * 10_000 })
    }
    expect(only().bytesPerSecond).toBeCloseTo(10_000, -2)
    expect(only().secondsLeft).toBeCloseTo(4, 1)
    held.finish()
    await done
    expect(only()).toMatchObject({ bytesPerSecond: 0, doneBytes: 60_000 })
  })

  it('tells of a change at once and of many at most four times a second, the last one included', async () => {
    const held = heldWork()
    const done = transfers.run(UPLOAD, held.work)
    const { update } = await held.running
    expect(changes).toHaveLength(1)
    for (let i = 1; i <= 100; i++) {
      update({ doneBytes: i })
      await vi.advanceTimersByTimeAsync(10)
    }
    expect(changes.length).toBeLessThanOrEqual(6)
    await vi.advanceTimersByTimeAsync(250)
    expect(changes.at(-1)).toMatchObject({ transfer: { doneBytes: 100 } })
    held.finish()
    await done
  })

  it('tells anew of a stalled transfer, so that its rate falls', async () => {
    const held = heldWork()
    const done = transfers.run(UPLOAD, held.work)
    const { update } = await held.running
    update({ phase: { state: 'moving', peers: 1 } })
    await vi.advanceTimersByTimeAsync(500)
    update({ doneBytes: 5_000 })
    await vi.advanceTimersByTimeAsync(10_000)
    expect(changes.at(-1)).toMatchObject({ transfer: { bytesPerSecond: 0, doneBytes: 5_000 } })
    held.finish()
    await done
  })

  it('cancels by id, and resolves when the work has cleaned up', async () => {
    let isClean = false
    const done = transfers.run(UPLOAD, async ({ signal }) => {
      await new Promise((resolve) => signal.addEventListener('abort', resolve))
      await Promise.resolve()
      isClean = true
      throw signal.reason
    })
    const rejection = done.catch((error: unknown) => error)
    await transfers.cancel(only().id)
    expect(isClean).toBe(true)
    expect(await rejection).toMatchObject({ name: 'AbortError' })
    expect(only().phase).toEqual({ state: 'cancelled' })
    await expect(transfers.cancel('unknown')).resolves.toBeUndefined()
  })

  it('cancels whatever runs for one dataset and nothing else', async () => {
    const [held, other] = [heldWork(), heldWork()]
    const done = transfers.run({ kind: 'fetch', name: 'a', cid: CID }, held.work)
    const otherDone = transfers.run({ kind: 'fetch', name: 'b', cid: OTHER }, other.work)
    const rejection = done.catch((error: unknown) => error)
    await transfers.cancelOf(CID)
    expect(await rejection).toMatchObject({ name: 'AbortError' })
    expect((await other.running).signal.aborted).toBe(false)
    other.finish()
    await otherDone
  })

  it('passes the abort of its caller on with the reason', async () => {
    const controller = new AbortController()
    const held = heldWork()
    const done = transfers.run(UPLOAD, held.work, { signal: controller.signal })
    const reason = new Error('closed the page')
    const rejection = done.catch((error: unknown) => error)
    controller.abort(reason)
    expect(await rejection).toBe(reason)
    expect(only().phase.state).toBe('cancelled')
  })

  it('shows a pause at once, whatever the interrupted work still tells, and forgets its rate', async () => {
    const [held, pausing] = [heldWork(), new PauseSwitch()]
    const done = transfers.run(UPLOAD, held.work, { pausing })
    const { update } = await held.running
    update({ phase: { state: 'moving', peers: 1 }, doneBytes: 10 })
    await vi.advanceTimersByTimeAsync(500)
    update({ doneBytes: 5_000 })
    expect(only()).toMatchObject({ isPausable: true })
    expect(only().bytesPerSecond).toBeGreaterThan(0)
    transfers.pause(only().id)
    update({ phase: { state: 'moving', peers: 1 }, doneBytes: 6_000 })
    expect(only()).toMatchObject({ phase: { state: 'paused' }, bytesPerSecond: 0, doneBytes: 6_000 })
    transfers.resume(only().id)
    expect(only().phase).toEqual({ state: 'preparing' })
    held.finish()
    await done
    transfers.pause(only().id)
    expect(only().phase).toEqual({ state: 'done' })
  })

  it('does not pause work that cannot be paused', async () => {
    const held = heldWork()
    const done = transfers.run(UPLOAD, held.work)
    await held.running
    transfers.pause(only().id)
    expect(only()).toMatchObject({ isPausable: false, phase: { state: 'preparing' } })
    held.finish()
    await done
  })

  it('keeps a bounded number of ended transfers, and every running one', async () => {
    const held = heldWork()
    const done = transfers.run({ kind: 'fetch', name: 'running' }, held.work)
    for (let i = 0; i < 80; i++) await transfers.run({ kind: 'upload', name: `n${i}` }, async () => i)
    expect(transfers.list()).toHaveLength(51)
    expect(transfers.list()[0]).toMatchObject({ name: 'running' })
    expect(transfers.list().at(-1)).toMatchObject({ name: 'n79' })
    expect(changes.filter(({ type }) => type === 'transfer-removed')).toHaveLength(30)
    held.finish()
    await done
  })

  it('dismisses an ended transfer and refuses to forget a running one', async () => {
    await transfers.run(UPLOAD, async () => 1)
    const held = heldWork()
    const done = transfers.run({ kind: 'fetch', name: 'running' }, held.work)
    const [ended] = transfers.list()
    for (const { id } of transfers.list()) transfers.dismiss(id)
    expect(transfers.list()).toMatchObject([{ name: 'running' }])
    expect(changes).toContainEqual({ type: 'transfer-removed', id: ended?.id })
    held.finish()
    await done
  })

  it('gives a fetch the same id from run to run, and everything else one that no other run gives', async () => {
    const next = new Transfers({ onChange: () => undefined })
    for (const each of [transfers, next]) {
      await each.run({ kind: 'fetch', name: 'a', cid: CID }, async () => 1)
      await each.run(UPLOAD, async () => 1)
    }
    const [fetched, uploaded] = transfers.list().map(({ id }) => id)
    const [fetchedNext, uploadedNext] = next.list().map(({ id }) => id)
    expect(fetchedNext).toBe(fetched)
    expect(uploadedNext).not.toBe(uploaded)
    await next.stop()
  })

  it('puts a fetch that is begun again in the place of the one that ended', async () => {
    const what = { kind: 'fetch', name: 'a', cid: CID } as const
    await expect(transfers.run(what, () => Promise.reject(new Error('no')))).rejects.toThrow('no')
    await transfers.run(what, async () => 1)
    expect(transfers.list().map(({ phase }) => phase.state)).toEqual(['done'])
  })

  it('changes an ended transfer no more', async () => {
    let late: Running | undefined
    await transfers.run(UPLOAD, async (running) => void (late = running))
    late?.update({ phase: { state: 'moving', peers: 9 }, doneBytes: 5 })
    expect(only()).toMatchObject({ phase: { state: 'done' }, doneBytes: 0 })
  })
})
