import { describe, expect, it } from 'vitest'
import { writeContent } from './content-sink.ts'
import { ExportFolder } from './export-folder.ts'

type Write = (bytes: Uint8Array) => number

/** A private file system whose files are written by `write`; `names` are those that are there. */
function folderOf(write: Write): { folder: ExportFolder; names: Set<string>; events: string[] } {
  const names = new Set<string>()
  const events: string[] = []
  const writer = { write, truncate: () => undefined, close: () => void events.push('closed') }
  const directory = {
    getDirectoryHandle: async () => directory,
    getFileHandle: async (name: string) => {
      names.add(name)
      return { createSyncAccessHandle: async () => writer }
    },
    removeEntry: async (name: string) => {
      names.delete(name)
      events.push('removed')
    },
  }
  // The parts of a directory that an export uses; no more is to be had in Node.
  const root = directory as unknown as FileSystemDirectoryHandle
  return {
    folder: new ExportFolder(
      async () => root,
      async () => ({}),
    ),
    names,
    events,
  }
}

async function* pieces(): AsyncGenerator<Uint8Array> {
  yield new Uint8Array(10)
  yield new Uint8Array(10)
}

const ignore = (): void => undefined

describe('ExportFolder on a full disk', () => {
  it.each<[string, Write]>([
    [
      'says so',
      () => {
        throw new DOMException('No space available for this operation.', 'QuotaExceededError')
      },
    ],
    ['writes nothing', () => 0],
    ['gives the number of its error in place of a count', () => 2 ** 32 - 8],
  ])('fails with ERR_STORE_FULL and leaves no part of the file where the browser %s', async (_how, write) => {
    let writes = 0
    const { folder, names, events } = folderOf((bytes) => (++writes === 1 ? bytes.byteLength : write(bytes)))
    const writing = writeContent(pieces(), await folder.openSink('cid'), ignore)
    await expect(writing).rejects.toMatchObject({ code: 'ERR_STORE_FULL' })
    expect(names.size).toBe(0)
    // Closed first: a file that is open cannot be removed.
    expect(events).toEqual(['closed', 'removed'])
  })

  it.each<[string, Write]>([
    [
      'says so',
      () => {
        throw new DOMException('Failed to write to the access handle.', 'InvalidStateError')
      },
    ],
    ['gives the number of an error in place of a count', () => 2 ** 32 - 2],
  ])('fails with ERR_SAVE_FAILED where the disk does and the browser %s', async (_how, write) => {
    const { folder, names } = folderOf(write)
    const writing = writeContent(pieces(), await folder.openSink('cid'), ignore)
    await expect(writing).rejects.toMatchObject({ code: 'ERR_SAVE_FAILED' })
    expect(names.size).toBe(0)
  })

  it('goes on after a short write', async () => {
    const sizes: number[] = []
    const { folder } = folderOf((bytes) => {
      sizes.push(bytes.byteLength)
      return Math.min(7, bytes.byteLength)
    })
    await writeContent(pieces(), await folder.openSink('cid'), ignore)
    expect(sizes).toEqual([10, 3, 10, 3])
  })
})
