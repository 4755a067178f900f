import { describe, expect, it } from 'vitest'
import { QuireError } from '../../errors.ts'
import type { BackupView, NodeApi } from '../../rpc/api.ts'
import type { PageServices } from '../page/page-services.ts'
import { EMPTY_REPORT } from '../testing/fake-datasets.ts'
import { BackupActions } from './backup-actions.ts'

const FILE = new File(['a backup'], 'mine.quire')
const RUNNING: BackupView = {
  id: 'b1',
  kind: 'export',
  state: 'running',
  doneBytes: 1,
  doneDatasets: 0,
  startedAtMs: 1,
}

/** A file on disk: what was written to it, or how writing ended. */
function targetFile() {
  const disk = { text: 'as before', isAborted: false }
  const parts: Uint8Array[] = []
  const target = {
    name: 'chosen.quire',
    createWritable: async () =>
      new WritableStream<Uint8Array>({
        write: (part) => void parts.push(part),
        close: async () => void (disk.text = await new Blob(parts as BlobPart[]).text()),
        abort: () => void (disk.isAborted = true),
      }),
  }
  return { disk, target: target as unknown as FileSystemFileHandle }
}

function backupsOn(node: Partial<NodeApi>, page: Partial<PageServices> = {}) {
  const said: string[] = []
  const backup = new BackupActions({
    node: () => node as NodeApi,
    page: page as PageServices,
    announce: (text) => said.push(text),
  })
  return { backup, said }
}

describe('making a backup', () => {
  it('writes it to the chosen file, with the keys that were asked for', async () => {
    const { disk, target } = targetFile()
    const asked: unknown[] = []
    const exportAll: NodeApi['exportAll'] = async ({ withKeys, passphrase } = {}) => {
      asked.push({ withKeys, passphrase })
      return new Blob(['everything']).stream()
    }
    const { backup } = backupsOn({ exportAll }, { chooseSaveTarget: async () => target })
    await backup.make({ withKeys: true, passphrase: 'a long one' })
    expect(asked).toEqual([{ withKeys: true, passphrase: 'a long one' }])
    expect(disk.text).toBe('everything')
    expect(backup.stage.value).toEqual({ state: 'made', fileName: 'chosen.quire', isDownload: false, hasKeys: true })
  })

  it('downloads it where there is no save dialog', async () => {
    const downloads: string[] = []
    const exportAll = async () => new Blob(['everything']).stream()
    const { backup } = backupsOn({ exportAll }, { download: (file, name) => downloads.push(`${name} ${file.size}`) })
    await backup.make({})
    expect(downloads).toEqual([expect.stringMatching(/^Quire backup \d{4}-\d\d-\d\d\.quire 10$/u)])
    expect(backup.stage.value).toMatchObject({ state: 'made', isDownload: true, hasKeys: false })
  })

  it('leaves the old file as it was when it is stopped', async () => {
    const { disk, target } = targetFile()
    const exportAll = async () => new ReadableStream<Uint8Array<ArrayBuffer>>({ start: () => undefined })
    const { backup, said } = backupsOn({ exportAll }, { chooseSaveTarget: async () => target })
    const making = backup.make({})
    await Promise.resolve()
    await Promise.resolve()
    expect(backup.isMaking.value).toBe(true)
    await backup.cancel()
    await making
    expect(disk.text).toBe('as before')
    expect(backup.stage.value).toEqual({ state: 'stopped', kind: 'export' })
    expect(said).toEqual(['No backup was made'])
  })

  it('says why it failed, and nothing where the dialog was closed', async () => {
    const exportAll = () => Promise.reject(new QuireError('ERR_STORE_FAILED', 'The disk gave up.'))
    const { target } = targetFile()
    const failing = backupsOn({ exportAll }, { chooseSaveTarget: async () => target }).backup
    await failing.make({})
    expect(failing.stage.value).toMatchObject({ state: 'failed', kind: 'export', error: { code: 'ERR_STORE_FAILED' } })
    const closed = backupsOn({ exportAll }, { chooseSaveTarget: async () => undefined }).backup
    await closed.make({})
    expect(closed.stage.value).toEqual({ state: 'idle' })
  })
})

describe('restoring a backup', () => {
  it('gives the file and what was asked to the node, and keeps its report', async () => {
    const asked: unknown[] = []
    const importAll: NodeApi['importAll'] = async (file, { takesPeerKey } = {}) => {
      asked.push(file, takesPeerKey)
      return EMPTY_REPORT
    }
    const { backup } = backupsOn({ importAll })
    backup.choose(FILE)
    await backup.restore(FILE, { takesPeerKey: true })
    expect(asked).toEqual([FILE, true])
    expect(backup.stage.value).toEqual({ state: 'restored', file: FILE, report: EMPTY_REPORT })
    expect(backup.chosen.value).toBeUndefined()
  })

  it('keeps the chosen file when it was refused, so that another passphrase can be tried', async () => {
    const importAll = () => Promise.reject(new QuireError('ERR_BACKUP_INVALID', 'It is none.'))
    const { backup } = backupsOn({ importAll })
    backup.choose(FILE)
    await backup.restore(FILE, {})
    expect(backup.stage.value).toMatchObject({ state: 'failed', kind: 'import' })
    expect(backup.chosen.value).toBe(FILE)
  })
})

describe('a backup of another page', () => {
  it('is shown until it ends, and can be stopped from here', async () => {
    const cancelled: string[] = []
    const { backup } = backupsOn({ cancelBackup: async (id) => void cancelled.push(id) })
    backup.receive(RUNNING)
    backup.receive({ ...RUNNING, id: 'b0', state: 'done' })
    expect(backup.progress.value).toEqual(RUNNING)
    await backup.cancel()
    expect(cancelled).toEqual(['b1'])
    backup.receive({ ...RUNNING, state: 'cancelled' })
    expect(backup.progress.value).toBeUndefined()
  })
})
