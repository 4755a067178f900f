import { afterEach, describe, expect, it } from 'vitest'
import { exportHoldName } from '../codec/export-hold.ts'
import { openFileSink, writeContent } from './content-sink.ts'
import { ExportFolder } from './export-folder.ts'

const text = (content: string): Uint8Array<ArrayBuffer> => new Uint8Array(new TextEncoder().encode(content))

async function* pieces(...parts: string[]): AsyncGenerator<Uint8Array> {
  for (const part of parts) yield text(part)
}

async function* failing(): AsyncGenerator<Uint8Array> {
  yield text('half')
  throw new Error('nobody has the rest')
}

const ignore = (): void => undefined

describe('ExportFolder', () => {
  const folder = new ExportFolder()
  const label = { filename: 'story.txt', mediaType: 'text/plain' }

  afterEach(() => folder.sweep())

  it('gives what was written as a file with a name and a type', async () => {
    await writeContent(pieces('once ', 'upon ', 'a time'), await folder.openSink('cid'), ignore)
    const file = await folder.file('cid', label)
    expect([file.name, file.type, await file.text()]).toEqual(['story.txt', 'text/plain', 'once upon a time'])
  })

  it('writes over what an earlier export has left, also where that was longer', async () => {
    await writeContent(pieces('a much longer story'), await folder.openSink('cid'), ignore)
    await writeContent(pieces('short'), await folder.openSink('cid'), ignore)
    expect(await (await folder.file('cid', label)).text()).toBe('short')
  })

  it('leaves nothing of a file whose content failed, and throws that failure', async () => {
    const writing = writeContent(failing(), await folder.openSink('cid'), ignore)
    await expect(writing).rejects.toThrow('nobody has the rest')
    await expect(folder.file('cid', label)).rejects.toMatchObject({ code: 'ERR_SAVE_FAILED' })
  })

  it('releases a file, and one that is not there', async () => {
    await writeContent(pieces('x'), await folder.openSink('cid'), ignore)
    await folder.release('cid')
    await folder.release('cid')
    await expect(folder.file('cid', label)).rejects.toMatchObject({ code: 'ERR_SAVE_FAILED' })
  })

  it('neither sweeps nor removes what a page holds that had it of another node', async () => {
    await writeContent(pieces('x'), await folder.openSink('a'), ignore)
    const next = new ExportFolder()
    const over = Promise.withResolvers<void>()
    const held = Promise.withResolvers<void>()
    const ended = navigator.locks.request(exportHoldName('a'), { mode: 'shared' }, () => {
      held.resolve()
      return over.promise
    })
    await held.promise
    await next.sweep()
    await next.release('a')
    expect(await (await next.file('a', label)).text()).toBe('x')
    expect(await next.isHeld('a')).toBe(true)
    over.resolve()
    await ended
    await next.release('a')
    await expect(next.file('a', label)).rejects.toMatchObject({ code: 'ERR_SAVE_FAILED' })
  })

  it('sweeps everything away, and nothing', async () => {
    await writeContent(pieces('x'), await folder.openSink('a'), ignore)
    await folder.sweep()
    await folder.sweep()
    await expect(folder.file('a', label)).rejects.toMatchObject({ code: 'ERR_SAVE_FAILED' })
  })
})

describe('openFileSink', () => {
  it('leaves the old content where the new one fails, and counts what was written', async () => {
    const root = await navigator.storage.getDirectory()
    const target = await root.getFileHandle('chosen.txt', { create: true })
    let writtenBytes = 0
    await writeContent(
      pieces('old ', 'content'),
      await openFileSink(target),
      (sizeBytes) => (writtenBytes += sizeBytes),
    )
    expect(writtenBytes).toBe(11)
    await expect(writeContent(failing(), await openFileSink(target), ignore)).rejects.toThrow('nobody has the rest')
    expect(await (await target.getFile()).text()).toBe('old content')
    await root.removeEntry('chosen.txt')
  })
})
