import { describe, expect, it } from 'vitest'
import { Quire, type QuireOptions } from './quire.node.ts'

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
