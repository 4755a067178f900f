import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { ManualClock } from '../../history/testing/manual-clock.ts'
import { generatePrivateKey } from '../../network/peer-identity.ts'
import type { CommunityView } from '../history/history-views.ts'
import type { HistoryDevice } from '../testing/history-device.ts'
import { HistoryDevices } from '../testing/history-devices.ts'
import type { ExportOptions } from './backups.ts'

/** Few, so that the tests are quick. */
const ROUNDS = 1000
const PASSPHRASE = 'three small boats'

const isHeld = ({ heldArchiveCount }: CommunityView): boolean => heldArchiveCount === 1

describe('backups of communities', () => {
  let devices: HistoryDevices
  let clock: ManualClock
  beforeEach(() => {
    devices = new HistoryDevices()
    clock = devices.clock
  })
  afterEach(() => devices.stop())

  const exported = async ({ test, history }: HistoryDevice, options: ExportOptions): Promise<Blob> =>
    new Response(test.node.backups.export({ rounds: ROUNDS, ...options }, history)).blob()

  /** An owner with one archived message and one that is not archived; gone once the backup is made. */
  async function backupOfOwner(options: ExportOptions) {
    const owner = await devices.start('owner')
    await owner.history.setPerson({ displayName: 'Ada' })
    const { id, channels } = await owner.history.create({ name: 'Gardeners', channels: ['general'] })
    const channelId = channels[0]?.id ?? ''
    await owner.history.send(id, channelId, { text: 'one' })
    await clock.advance(60_000)
    await owner.history.publishNow(id)
    await owner.until(id, ({ archiveCount, publish }) => archiveCount === 1 && publish.state === 'idle')
    await owner.history.send(id, channelId, { text: 'two' })
    await owner.history.setSettings(id, { quotaBytes: 5_000_000, partitionDays: 3 })
    await owner.disk.settings.set('peer-key', await generatePrivateKey())
    const backup = await exported(owner, options)
    await owner.stop()
    return { owner, backup, id, channelId }
  }

  it('bring a community back with nobody else there: name, channels, archives, what was said since, and its key', async () => {
    const { backup, id, channelId } = await backupOfOwner({ withKeys: true, passphrase: PASSPHRASE })
    const fresh = await devices.start('fresh')
    const report = await fresh.test.node.backups.import(backup, { passphrase: PASSPHRASE }, fresh.history)
    expect(report).toMatchObject({ isWhole: true, datasetCount: 0, communities: [{ id, name: 'Gardeners' }] })
    expect(report.keys).toMatchObject({ state: 'taken', addedCount: 2, refused: [], peerKey: 'left' })
    expect(report.archiveCount).toBeGreaterThan(0)
    const community = await fresh.until(id, (view) => isHeld(view) && view.name === 'Gardeners')
    expect(community).toMatchObject({ isOwner: true, isKeySaved: true, quotaBytes: 5_000_000, partitionDays: 3 })
    expect(await fresh.texts(id, channelId, ({ length }) => length > 1)).toEqual(['one', 'two'])
    expect(await fresh.test.node.list()).toEqual([])
    expect(await fresh.history.send(id, channelId, { text: 'three' })).toMatchObject({ author: { name: 'Ada' } })
  })

  it('have no keys unless asked, and make a member of who reads them', async () => {
    const { backup, id } = await backupOfOwner({})
    const text = Buffer.from(await backup.arrayBuffer()).toString('latin1')
    expect(text).not.toContain('"secret"')
    const fresh = await devices.start('fresh')
    const report = await fresh.test.node.backups.import(backup, {}, fresh.history)
    expect(report.keys).toMatchObject({ state: 'none', peerKey: 'none' })
    expect(await fresh.until(id, isHeld)).toMatchObject({ isOwner: false })
  })

  it('keep locked keys to themselves without the passphrase, and refuse a wrong one before anything is changed', async () => {
    const { backup, id } = await backupOfOwner({ withKeys: true, passphrase: PASSPHRASE })
    const text = Buffer.from(await backup.arrayBuffer()).toString('latin1')
    expect(text).not.toContain('"secret"')
    const fresh = await devices.start('fresh')
    const wrong = fresh.test.node.backups.import(backup, { passphrase: 'two small boats' }, fresh.history)
    await expect(wrong).rejects.toMatchObject({ code: 'ERR_PASSPHRASE_WRONG' })
    expect(await fresh.test.store.listDatasets()).toEqual([])
    const report = await fresh.test.node.backups.import(backup, {}, fresh.history)
    expect(report.keys).toMatchObject({ state: 'locked', addedCount: 0 })
    expect(await fresh.until(id, isHeld)).toMatchObject({ isOwner: false })
    const again = await fresh.test.node.backups.import(backup, { passphrase: PASSPHRASE }, fresh.history)
    expect(again.keys).toMatchObject({ state: 'taken', addedCount: 2 })
    expect(await fresh.until(id, ({ isOwner }) => isOwner)).toMatchObject({ name: 'Gardeners' })
  })

  it('refuse an empty passphrase', async () => {
    const device = await devices.start('device')
    expect(() => device.test.node.backups.export({ withKeys: true, passphrase: ' ' })).toThrow('at least one character')
  })

  it('take over the identity of the other device only when asked', async () => {
    const { owner, backup } = await backupOfOwner({ withKeys: true })
    const key = await owner.disk.settings.get('peer-key')
    const fresh = await devices.start('fresh')
    const { node } = fresh.test
    await fresh.disk.settings.set('peer-key', await generatePrivateKey())
    expect((await node.backups.import(backup, {}, fresh.history)).keys.peerKey).toBe('left')
    expect(await fresh.disk.settings.get('peer-key')).not.toEqual(key)
    expect((await node.backups.import(backup, { takesPeerKey: true }, fresh.history)).keys.peerKey).toBe('taken')
    expect(await fresh.disk.settings.get('peer-key')).toEqual(key)
    expect((await node.backups.import(backup, {}, fresh.history)).keys).toMatchObject({
      peerKey: 'same',
      knownCount: 2,
    })
  })

  it('keep a key locked that was locked on the other device', async () => {
    const owner = await devices.start('owner')
    await owner.history.setPerson({ displayName: 'Ada' })
    await owner.history.setPassphrase('person', PASSPHRASE)
    const backup = await exported(owner, { withKeys: true })
    await owner.stop()
    const fresh = await devices.start('fresh')
    await fresh.test.node.backups.import(backup, {}, fresh.history)
    await expect(fresh.history.unlock('person', 'wrong')).rejects.toMatchObject({ code: 'ERR_PASSPHRASE_WRONG' })
    await fresh.history.unlock('person', PASSPHRASE)
    expect(await fresh.history.setPerson({ displayName: 'Ada' })).toMatchObject({
      isLocked: false,
      hasPassphrase: true,
    })
  })

  it('bring the keys of an encrypted community, so that it can be read with nobody else there', async () => {
    const owner = await devices.start('owner')
    await owner.history.setPerson({ displayName: 'Ada' })
    const { id, channels } = await owner.history.create({ name: 'Secrets', channels: ['general'], isEncrypted: true })
    const channelId = channels[0]?.id ?? ''
    await owner.history.send(id, channelId, { text: 'sealed' })
    const backup = await exported(owner, { withKeys: true })
    await owner.stop()
    const fresh = await devices.start('fresh')
    const { keys } = await fresh.test.node.backups.import(backup, {}, fresh.history)
    expect(keys).toMatchObject({ state: 'taken', refused: [] })
    expect(await fresh.texts(id, channelId, ({ length }) => length > 0)).toEqual(['sealed'])
    expect(await fresh.until(id, ({ name }) => name === 'Secrets')).toMatchObject({ isEncrypted: true, isOwner: true })
  })

  it('leave another person’s key that is in use here, and say so', async () => {
    const { backup } = await backupOfOwner({ withKeys: true })
    const fresh = await devices.start('fresh')
    const own = await fresh.history.setPerson({ displayName: 'Bo' })
    const { keys } = await fresh.test.node.backups.import(backup, {}, fresh.history)
    expect(keys).toMatchObject({
      addedCount: 1,
      refused: [{ what: 'person', error: { code: 'ERR_KEY_FILE_INVALID' } }],
    })
    expect(await fresh.history.setPerson({ displayName: 'Bo' })).toMatchObject({ key: own.key })
  })
})
