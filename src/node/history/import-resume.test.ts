/** An import whose page is closed in the middle goes on where it was when the same file is chosen again. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { parseManifestCid } from '../../codec/cid.ts'
import { archiveMessages } from '../../codec/history/archive.ts'
import type { HistoryTable } from '../../store/history-kv.ts'
import type { KvWriter } from '../../store/kv.ts'
import { MemoryKv } from '../../store/memory-kv.ts'
import { DeviceDisk, type HistoryDevice } from '../testing/history-device.ts'
import { createGardeners, HistoryDevices } from '../testing/history-devices.ts'
import { KvHistorySettings } from './history-settings.ts'
import type { ImportView } from './history-views.ts'

/** More than the 500 of a batch. */
const COUNT = 640
const DAY_MS = 86_400_000
const RECORDS = 'imports'

/** An export of which the last part comes once the test lets it. */
class HeldFile extends File {
  readonly #isWhole = Promise.withResolvers<void>()

  release(): void {
    this.#isWhole.resolve()
  }

  override stream(): ReadableStream<Uint8Array<ArrayBuffer>> {
    const middle = Math.floor(this.size * 0.85)
    const parts = [this.slice(0, middle), this.slice(middle)]
    let place = 0
    const pull = async (controller: ReadableStreamDefaultController<Uint8Array<ArrayBuffer>>): Promise<void> => {
      const part = parts[place]
      if (part === undefined) return controller.close()
      if (place > 0) await this.#isWhole.promise
      place++
      controller.enqueue(new Uint8Array(await part.arrayBuffer()))
    }
    return new ReadableStream({ pull }, { highWaterMark: 0 })
  }
}

/** Its settings tell when the import is noted as read: the feed may leave out a step that takes less than its interval. */
class WatchedKv extends MemoryKv<HistoryTable> {
  readonly #isRead = Promise.withResolvers<void>()
  readonly importIsRead = this.#isRead.promise

  override async write<T>(work: (tx: KvWriter<HistoryTable>) => Promise<T>): Promise<T> {
    const result = await super.write(work)
    const records = new TextDecoder().decode(await new KvHistorySettings(this).get(RECORDS))
    if (records.includes('"step":"publishing"')) this.#isRead.resolve()
    return result
  }
}

class WatchedDisk extends DeviceDisk {
  override readonly kv = new WatchedKv()
}

function exportFile(): HeldFile {
  const lines = Array.from({ length: COUNT }, (_, i) => {
    const time = new Date(Date.UTC(2025, 4, 5) + Math.floor(i / 60) * DAY_MS + i * 1_000).toISOString()
    return JSON.stringify({ channel: 'roses', author: 'Ana', time, text: `rose ${i}` })
  })
  return new HeldFile([lines.join('\n')], 'history.jsonl', { lastModified: 1 })
}

describe('an import', () => {
  let devices: HistoryDevices
  let disk: WatchedDisk
  let owner: HistoryDevice
  let id: string

  beforeEach(async () => {
    devices = new HistoryDevices()
    disk = new WatchedDisk()
    owner = await devices.startOwner({ disk })
    id = (await createGardeners(owner)).id
  })
  afterEach(() => devices.stop())

  it('goes on after its page was closed while it was read, and has every message once', async () => {
    const file = exportFile()
    const importing = owner.history.importFile(id, file)
    const before = await importOf(owner, ({ messageCount }) => messageCount > 0)
    expect(before.messageCount).toBeLessThan(COUNT)
    await stopDuring(importing, file)

    const again = await devices.start('again', { disk })
    expect(await importOf(again, () => true)).toMatchObject({ id: before.id, state: { state: 'interrupted' } })
    expect(await importWhole(again)).toMatchObject({ id: before.id, messageCount: COUNT, channelCount: 1 })
    expect(await archivedCount(again)).toBe(COUNT)
  })

  it('takes nothing twice that was kept and not noted as read, as where the power was cut', async () => {
    const file = exportFile()
    const importing = owner.history.importFile(id, file)
    await importOf(owner, ({ messageCount }) => messageCount > 0)
    const settings = new KvHistorySettings(disk.kv)
    const early = (await settings.get(RECORDS)) ?? new Uint8Array()
    file.release()
    await disk.kv.importIsRead
    await stopDuring(importing, file)
    await disk.kv.open()
    await settings.set(RECORDS, early)
    await disk.kv.close()

    const again = await devices.start('again', { disk })
    await importWhole(again)
    expect(await archivedCount(again)).toBe(COUNT)
  })

  it('is published after its page was closed while that was done, each week once', async () => {
    const file = exportFile()
    file.release()
    const importing = owner.history.importFile(id, file)
    await disk.kv.importIsRead
    await stopDuring(importing, file)

    const again = await devices.start('again', { disk })
    expect(await importWhole(again)).toMatchObject({ messageCount: COUNT, channelCount: 1 })
    expect(await archivedCount(again)).toBe(COUNT)
    const spans = (await again.history.archives(id)).map(({ fromMs }) => fromMs)
    expect(new Set(spans).size).toBe(spans.length)
  })

  async function stopDuring(importing: Promise<unknown>, file: HeldFile): Promise<void> {
    const ended = importing.catch((error: unknown) => error)
    const stopping = owner.stop()
    setImmediate(() => file.release())
    expect(await ended).toMatchObject({ code: 'ERR_NODE_STOPPED' })
    await stopping
  }

  async function importWhole(device: HistoryDevice): Promise<ImportView> {
    const file = exportFile()
    file.release()
    const done = await device.history.importFile(id, file)
    expect(done.state).toEqual({ state: 'done' })
    return done
  }

  async function importOf(device: HistoryDevice, isIt: (view: ImportView) => boolean): Promise<ImportView> {
    return new Promise((resolve) => {
      device.history.watch((change) => {
        const [view] = change.type === 'imports' ? change.imports : []
        if (view !== undefined && isIt(view)) resolve(view)
      })
    })
  }

  async function archivedCount(device: HistoryDevice): Promise<number> {
    await device.until(
      id,
      ({ archiveCount, heldArchiveCount }) => archiveCount > 0 && archiveCount === heldArchiveCount,
    )
    let count = 0
    for (const { cid } of await device.history.archives(id)) {
      const bytes = await device.test.node.historyDatasets.read(parseManifestCid(cid))
      count += [...archiveMessages(bytes)].length
    }
    return count
  }
})
