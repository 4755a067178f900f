import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
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

describe('a Quire in a process', () => {
  it('has its folder to itself, and says so to the next one until it is closed', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'quire-sdk-'))
    onTestFinished(() => rm(folder, { recursive: true }))
    const [first, second] = await Promise.all([1, 2].map(() => Quire.create({ storage: { folder } })))
    await first?.start()
    await expect(second?.start()).rejects.toMatchObject({ name: 'QuireError', code: 'ERR_STORE_IN_USE' })
    expect([first?.state, second?.state]).toEqual(['running', 'stopped'])
    const peerId = await first?.peerId()
    await first?.close()
    await second?.start()
    expect(await second?.peerId()).toBe(peerId)
    await second?.close()
  })

  it('keeps what it has in memory from a stop to the next start, with its peer id', async () => {
    const quire = await Quire.create()
    await quire.start()
    const peerId = await quire.peerId()
    const { cid } = await quire.upload(new Blob(['kept']))
    await quire.stop()
    await quire.start()
    expect([await quire.peerId(), await quire.exists(cid)]).toEqual([peerId, true])
    await quire.close()
    await expect(quire.start()).rejects.toMatchObject({ code: 'ERR_NODE_STOPPED' })
  })

  it('writes to standard error what its level lets through, from the moment that it is set', async () => {
    const written = vi.spyOn(console, 'error').mockImplementation(() => undefined)
    onTestFinished(() => written.mockRestore())
    const nowhere = '/ip4/127.0.0.1/tcp/1/p2p/16Uiu2HAmNvnTnbZ6MHpnVkiXYGbiQiHCVLkFnLFYMVTRvXoYZ6uo'
    const quire = await Quire.create({ logLevel: 'silent', keepers: [nowhere] })
    await quire.start()
    await quire.reconnect()
    expect(written).not.toHaveBeenCalled()
    await quire.setLogLevel('debug')
    expect(await quire.logLevel()).toBe('debug')
    await quire.connect(nowhere).catch(() => undefined)
    await quire.reconnect()
    await vi.waitFor(() => expect(written).toHaveBeenCalled())
    expect(written.mock.calls[0]?.[0]).toMatch(/^Quire \((?:debug|info|warn|error)\): /)
    await quire.close()
  })
})
