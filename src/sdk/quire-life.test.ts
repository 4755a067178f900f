import { describe, expect, it, vi } from 'vitest'
import { QuireError } from '../errors.ts'
import type { NodeEvent, UploadSessionApi } from '../rpc/api.ts'
import { QuireClient } from './quire.ts'
import { HostDouble, silentNode } from './testing/host-double.ts'
import type { QuireState } from './views.ts'

const NEVER = new Promise<void>(() => undefined)
const GONE = new QuireError('ERR_WORKER_DIED', 'It is gone.')

/** Resolves when `quire` is in a state. */
function becomes(quire: QuireClient, state: QuireState): Promise<void> {
  if (quire.state === state) return Promise.resolve()
  return new Promise((resolve) => {
    quire.addEventListener('statechange', ({ detail }) => detail.state === state && resolve())
  })
}

describe('the life of a Quire', () => {
  it('refuses calls unless it runs, and says what to do', async () => {
    const quire = new QuireClient(new HostDouble())
    await expect(quire.list()).rejects.toMatchObject({
      code: 'ERR_NODE_STOPPED',
      message: expect.stringContaining('start()'),
    })
    await quire.start()
    await quire.stop()
    await expect(quire.status()).rejects.toMatchObject({ code: 'ERR_NODE_STOPPED' })
  })

  it('starts and stops once, however often it is asked', async () => {
    const host = new HostDouble()
    const quire = new QuireClient(host)
    await Promise.all([quire.start(), quire.start()])
    await Promise.all([quire.stop(), quire.stop()])
    await quire.close()
    await quire.close()
    expect([host.opened, host.closed, quire.state]).toEqual([1, 1, 'closed'])
  })

  it('lets go of what a start that failed or was aborted has begun, and starts again', async () => {
    const host = new HostDouble()
    const quire = new QuireClient(host)
    const cause = new Error('no disk')
    host.opening = Promise.reject(cause)
    await expect(quire.start()).rejects.toMatchObject({ code: 'ERR_UNKNOWN', cause })
    host.opening = NEVER
    const controller = new AbortController()
    const starting = quire.start({ signal: controller.signal })
    await becomes(quire, 'starting')
    controller.abort('never mind')
    await expect(starting).rejects.toBe('never mind')
    host.opening = Promise.resolve()
    await quire.start()
    expect([host.opened, host.closed, quire.state]).toEqual([3, 2, 'running'])
  })

  it('goes on with a start that somebody else waits for', async () => {
    const host = new HostDouble()
    const opening = Promise.withResolvers<void>()
    host.opening = opening.promise
    const quire = new QuireClient(host)
    const controller = new AbortController()
    const [given, kept] = [quire.start({ signal: controller.signal }), quire.start()]
    await becomes(quire, 'starting')
    controller.abort('not I')
    await expect(given).rejects.toBe('not I')
    opening.resolve()
    await kept
    expect([host.opened, host.closed, quire.state]).toEqual([1, 0, 'running'])
  })

  it.each(['stop', 'close'] as const)('ends a start on its way with %s', async (end) => {
    const host = new HostDouble()
    host.opening = NEVER
    const quire = new QuireClient(host)
    const starting = quire.start()
    await becomes(quire, 'starting')
    const ending = quire[end]()
    await expect(starting).rejects.toMatchObject({ code: 'ERR_NODE_STOPPED' })
    await ending
    expect([host.closed, quire.state]).toEqual([1, end === 'stop' ? 'stopped' : 'closed'])
  })

  it('tells when the node is gone, and why', async () => {
    const host = new HostDouble()
    const quire = new QuireClient(host)
    const told = vi.fn<(state: string, code?: string) => void>()
    await quire.start()
    quire.addEventListener('statechange', ({ detail }) =>
      told(detail.state, detail.error instanceof QuireError ? detail.error.code : undefined),
    )
    const asking = quire.list()
    host.lose(GONE)
    await expect(asking).rejects.toBe(GONE)
    await becomes(quire, 'stopped')
    expect(told.mock.calls).toEqual([
      ['stopping', undefined],
      ['stopped', 'ERR_WORKER_DIED'],
    ])
    await expect(quire.exists('x')).rejects.toMatchObject({ code: 'ERR_NODE_STOPPED' })
  })

  it('tells nothing of the node once it was stopped, and anew after a start', async () => {
    const tell = new Set<(event: NodeEvent) => void>()
    const unwatch = vi.fn<() => void>()
    const watch = async (listener: (event: NodeEvent) => void) => {
      tell.add(listener)
      return unwatch
    }
    const quire = new QuireClient(new HostDouble(silentNode({ watch })))
    const heard: string[] = []
    quire.addEventListener('transferremoved', ({ detail }) => heard.push(detail.id))
    const removed = (id: string): void => tell.forEach((listener) => listener({ type: 'transfer-removed', id }))
    await quire.start()
    removed('while it runs')
    await quire.stop()
    removed('late')
    expect(unwatch).toHaveBeenCalledOnce()
    await quire.start()
    removed('again')
    expect(heard).toEqual(['while it runs', 'again'])
  })
})

describe('an answer that comes after the caller has gone', () => {
  it('is let go of, be it a stream or an upload', async () => {
    const stream = Promise.withResolvers<ReadableStream<Uint8Array<ArrayBuffer>>>()
    const session = Promise.withResolvers<UploadSessionApi>()
    const node = silentNode({ stream: () => stream.promise, openUpload: () => session.promise })
    const quire = new QuireClient(new HostDouble(node))
    await quire.start()
    const controller = new AbortController()
    const { signal } = controller
    const link = 'zDvZRwzmAvGXfZyfdvz1FMD89V4yDXLCPW8NcfQk3wSN55Z3AfYd'
    const calls = [quire.stream(link, { signal }), quire.openUpload({ signal })]
    controller.abort('enough')
    for (const call of calls) await expect(call).rejects.toBe('enough')
    const [cancelled, aborted] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
    stream.resolve(new ReadableStream({ cancel: () => cancelled.resolve() }))
    const unused = (): Promise<never> => Promise.reject(new Error('nobody asks'))
    session.resolve({ write: unused, close: unused, abort: async () => aborted.resolve() })
    await Promise.all([cancelled.promise, aborted.promise])
  })
})
