/** What an owner’s device does whose key came from elsewhere, is locked, or went. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { parseManifestCid } from '../../codec/cid.ts'
import { MemoryHub } from '../../exchange/testing/memory-network.ts'
import { readSeal } from '../../history/crypto/archive-seal.ts'
import { ManualClock } from '../../history/testing/manual-clock.ts'
import { type DeviceInit, HistoryDevice } from '../testing/history-device.ts'
import { MemoryHistoryHub } from '../testing/memory-history-network.ts'

const START_MS = Date.UTC(2026, 0, 5)

describe('a device of an owner’s', () => {
  let hubs: { blocks: MemoryHub; history: MemoryHistoryHub }
  let clock: ManualClock
  let owner: HistoryDevice
  const devices: HistoryDevice[] = []

  beforeEach(async () => {
    hubs = { blocks: new MemoryHub(), history: new MemoryHistoryHub() }
    clock = new ManualClock(START_MS)
    owner = await start('owner')
    await owner.history.setPerson({ displayName: 'Ada' })
  })
  afterEach(() => Promise.all(devices.splice(0).map((device) => device.stop())))

  async function start(name: string, init: Partial<DeviceInit> = {}): Promise<HistoryDevice> {
    const device = await HistoryDevice.start(hubs, { name, clock, ...init })
    devices.push(device)
    return device
  }

  async function create(init: { isEncrypted?: boolean } = {}): Promise<{ id: string; channelId: string }> {
    const { id, channels } = await owner.history.create({ name: 'Gardeners', ...init })
    return { id, channelId: channels[0]?.id ?? '' }
  }

  it('seals what it publishes though it learned only later that the community is encrypted', async () => {
    const { id, channelId } = await create({ isEncrypted: true })
    const [key, groupKeys] = [await owner.history.exportKey(id, {}), await owner.history.groupKeys(id)]
    const other = await start('other')
    await other.history.importKey(key, {})
    await other.until(id, ({ name, isEncrypted }) => name === 'Gardeners' && isEncrypted)
    await other.history.addGroupKey(id, groupKeys)
    await other.history.setPerson({ displayName: 'Ada' })
    await other.history.send(id, channelId, { text: 'secret' })
    await clock.advance(60_000)
    await other.history.publishNow(id)
    const { indexCid = '' } = await other.until(id, ({ heldArchiveCount }) => heldArchiveCount === 1)
    const cids = [indexCid, ...(await other.history.archives(id)).map(({ cid }) => cid)]
    const datasets = other.test.node.historyDatasets
    const seals = await Promise.all(cids.map(async (cid) => readSeal(await datasets.read(parseManifestCid(cid)))))
    expect(seals.map((seal) => seal !== undefined)).toEqual([true, true])
  })
})
