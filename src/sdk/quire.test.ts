import { describe, expect, it, vi } from 'vitest'
import { QuireError } from '../errors.ts'
import type { NodeApi } from '../rpc/api.ts'
import type { NodeHost } from './node-host.ts'
import { QuireClient } from './quire.ts'
import { Quire, type QuireOptions } from './quire.node.ts'

/** A host that the test ends and fails; its node answers nothing that is asked here. */
class HostDouble implements NodeHost {
  opened = 0
  closed = 0
  lose: (reason: QuireError) => void = () => undefined
  failure: Error | undefined

  async open({ signal, onLost }: Parameters<NodeHost['open']>[0]): Promise<NodeApi> {
    this.opened++
    this.lose = onLost
    await Promise.resolve()
    signal?.throwIfAborted()
    if (this.failure !== undefined) throw this.failure
    return { exists: async () => true, watch: async () => () => undefined } as unknown as NodeApi
  }

  async close(): Promise<void> {
    this.closed++
  }
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
    host.failure = new Error('no disk')
    await expect(quire.start()).rejects.toMatchObject({ code: 'ERR_UNKNOWN', cause: host.failure })
    host.failure = undefined
    const controller = new AbortController()
    const starting = quire.start({ signal: controller.signal })
    controller.abort('never mind')
    await expect(starting).rejects.toBe('never mind')
    expect([host.closed, quire.state]).toEqual([2, 'stopped'])
    await quire.start()
    expect(quire.state).toBe('running')
  })

  it('tells when the node is gone, and why', async () => {
    const host = new HostDouble()
    const quire = new QuireClient(host)
    const told = vi.fn<(state: string, code?: string) => void>()
    await quire.start()
    const stopped = new Promise<void>((resolve) => {
      quire.addEventListener('statechange', ({ detail }) => {
        told(detail.state, detail.error instanceof QuireError ? detail.error.code : undefined)
        if (detail.state === 'stopped') resolve()
      })
    })
    host.lose(new QuireError('ERR_WORKER_DIED', 'It is gone.'))
    await stopped
    expect(told.mock.calls).toEqual([
      ['stopping', undefined],
      ['stopped', 'ERR_WORKER_DIED'],
    ])
    await expect(quire.exists('x')).rejects.toMatchObject({ code: 'ERR_NODE_STOPPED' })
  })
})

describe('what a Quire is given', () => {
  it.each([
    [{ storage: 'origin' }, '“storage” is “memory” or { folder } here.'],
    [{ storage: { folder: '' } }, '“storage.folder” is the path of a folder.'],
    [{ name: 'app' }, '“name” is for browsers alone.'],
    [{ quotaBytes: -1 }, '“quotaBytes” is a whole number of bytes, not -1.'],
    [{ keepers: [1] }, 'What stands in “keepers” is a text, not a number.'],
    [{ logLevel: 'loud' }, '“logLevel” is one of silent, error, warn, info, debug.'],
    [{ folder: '/tmp' }, 'There is no option “folder”.'],
  ])('refuses the options %j', async (options, message) => {
    const creating = Quire.create(options as QuireOptions)
    await expect(creating).rejects.toMatchObject({ code: 'ERR_ARGUMENT_INVALID', message })
  })

  it('refuses content, links and ranges that are none, and stores nothing of a stream that fails', async () => {
    const quire = await Quire.create()
    await quire.start()
    // What a program without types may give.
    const wrong = (value: unknown): never => value as never
    const failing = new ReadableStream<Uint8Array>({
      start: (controller) => controller.enqueue(new Uint8Array(100_000)),
      pull: () => Promise.reject(new Error('cable pulled')),
    })
    const locked = new Blob(['x']).stream()
    locked.getReader()
    const refusals: [Promise<unknown>, string][] = [
      [quire.upload(wrong('text')), 'ERR_ARGUMENT_INVALID'],
      [quire.upload(wrong(undefined)), 'ERR_ARGUMENT_INVALID'],
      [quire.upload(new Blob(['x']), { blockSizeBytes: 5_000 }), 'ERR_ARGUMENT_INVALID'],
      [quire.upload(new Blob([])), 'ERR_EMPTY_FILE'],
      [quire.upload(failing), 'ERR_FILE_UNREADABLE'],
      [quire.upload(locked), 'ERR_ARGUMENT_INVALID'],
      [quire.upload(new Response('no', { status: 404 })), 'ERR_ARGUMENT_INVALID'],
      [quire.upload(wrong(new Blob(['x']).stream().pipeThrough(new TextDecoderStream()))), 'ERR_ARGUMENT_INVALID'],
      [quire.stream(wrong(7)), 'ERR_ARGUMENT_INVALID'],
      [quire.bytes('zDzSvJTf8JYwvysKPmG7BtzpbiAHfuwFMRphxm4hdvnMJ4XPJjKX'), 'ERR_CID_WRONG_KIND'],
      [quire.fetch('https://quire.example/#/'), 'ERR_LINK_INVALID'],
      [quire.startFetch(''), 'ERR_LINK_INVALID'],
      [quire.delete('zDv'), 'ERR_CID_INVALID'],
      [quire.connect(wrong(null)), 'ERR_ARGUMENT_INVALID'],
    ]
    for (const [call, code] of refusals) await expect(call).rejects.toMatchObject({ name: 'QuireError', code })
    expect(await quire.list()).toEqual([])
    expect((await quire.space()).usedBytes).toBe(0)
    await quire.close()
  })
})
