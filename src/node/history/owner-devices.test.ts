/** What an owner’s device does whose key came from elsewhere, is locked, or went. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { parseManifestCid } from '../../codec/cid.ts'
import { archiveMessages } from '../../codec/history/archive.ts'
import type { PeerKey } from '../../codec/peer-key.ts'
import { readSeal } from '../../history/crypto/archive-seal.ts'
import { loadSecp256k1 } from '../../history/crypto/secp256k1.ts'
import type { CommunityId } from '../../history/ids.ts'
import { sealEnvelopes } from '../../history/message/envelope.ts'
import { signMessage, transportPayload } from '../../history/message/sign-message.ts'
import { chatBody } from '../../history/message/testing/people.ts'
import { communityRange } from '../../history/publish/envelope-keys.ts'
import type { ManualClock } from '../../history/testing/manual-clock.ts'
import type { HistoryDevice } from '../testing/history-device.ts'
import { createGardeners, HistoryDevices, START_MS } from '../testing/history-devices.ts'
import { KvHistorySettings } from './history-settings.ts'
import { liveOpener } from './open-live.ts'

describe('a device of an owner’s', () => {
  let devices: HistoryDevices
  let clock: ManualClock
  let owner: HistoryDevice

  beforeEach(async () => {
    devices = new HistoryDevices()
    clock = devices.clock
    owner = await devices.startOwner()
  })
  afterEach(() => devices.stop())

  it('seals what it publishes though it learned only later that the community is encrypted', async () => {
    const { id, channelId } = await createGardeners(owner, { isEncrypted: true })
    const [key, groupKeys] = [await owner.history.exportKey(id, {}), await owner.history.groupKeys(id)]
    const other = await devices.start('other')
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

  it('archives a message once, in however many envelopes it comes', async () => {
    const { id, channelId } = await createGardeners(owner)
    const curve = await loadSecp256k1()
    const signer = curve.generate()
    const payload = await transportPayload(signMessage(curve, chatBody(channelId, { clockMs: START_MS }), signer))
    for (const atMs of [START_MS - 1_000, START_MS, START_MS + 1_000]) {
      const [envelope] = await sealEnvelopes(curve, payload, { community: id as CommunityId, signer, atMs })
      await owner.network.listeners.get(id as CommunityId)?.(
        envelope ?? new Uint8Array(),
        devices.hubs.history.device('x' as PeerKey).peer,
      )
    }
    expect(await archivedCount(id)).toBe(1)
  })

  it('archives what was said while its key was forgotten once the key is here again', async () => {
    const { id, channelId } = await createGardeners(owner)
    const key = await owner.history.exportKey(id, {})
    await owner.history.forgetKey(id)
    await owner.history.send(id, channelId, { text: 'meanwhile' })
    await owner.history.importKey(key, {})
    expect(await archivedCount(id)).toBe(1)
  })

  it('keeps nothing of what it published of a community that is left without its data', async () => {
    const { id, channelId } = await createGardeners(owner)
    await owner.history.send(id, channelId, { text: 'one' })
    expect(await archivedCount(id)).toBe(1)
    await owner.history.send(id, channelId, { text: 'two' })
    await owner.history.leave(id, { isDataRemoved: true })
    const keys = await owner.disk.kv.read(async (tx) => tx.keys('envelopes', communityRange(id as CommunityId)))
    expect(keys).toEqual([])
    const settings = new KvHistorySettings(owner.disk.kv)
    for (const name of ['publish', 'publish-search', 'owner-log'])
      expect(await settings.get(`${name}/${id}`)).toBeUndefined()
  })

  it('announces its link at a start though the key is locked', async () => {
    const { id, channelId } = await createGardeners(owner)
    await owner.history.send(id, channelId, { text: 'one' })
    await archivedCount(id)
    await owner.history.setPassphrase(id, 'correct horse')
    await owner.stop()
    const open = liveOpener({ groupKeys: { get: () => undefined } })
    const heard = new Promise<string>((resolve) => {
      devices.hubs.history.device('listener' as PeerKey).subscribe(id as CommunityId, async (envelope) => {
        const { kind } = await open(id as CommunityId, envelope)
        if (kind === 'link') resolve(kind)
        return 'accept'
      })
    })
    const again = await devices.start('owner again', { disk: owner.disk })
    const locked = await again.until(id, ({ isKeyLocked }) => isKeyLocked)
    expect(locked.hasPassphrase).toBe(true)
    await clock.advance(60_000)
    expect(await heard).toBe('link')
  })

  it('refuses an import while it does not know the community’s channels', async () => {
    const { id } = await createGardeners(owner)
    const key = await owner.history.exportKey(id, {})
    await owner.stop()
    const other = await devices.start('other')
    await other.history.importKey(key, {})
    const line = JSON.stringify({ channel: 'roses', author: 'Ana', time: '2025-05-05T00:00:00Z', text: 'one' })
    await expect(other.history.importFile(id, new File([line], 'history.jsonl'))).rejects.toMatchObject({
      code: 'ERR_DESCRIPTION_MISSING',
    })
  })

  async function archivedCount(id: string): Promise<number> {
    await clock.advance(60_000)
    await owner.history.publishNow(id)
    await owner.until(id, ({ heldArchiveCount }) => heldArchiveCount > 0)
    const [archive] = await owner.history.archives(id)
    const bytes = await owner.test.node.historyDatasets.read(parseManifestCid(archive?.cid ?? ''))
    return [...archiveMessages(bytes)].length
  }
})
