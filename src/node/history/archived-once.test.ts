/** Anybody can put what was said into another envelope: the owner’s log has it once all the same. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { PeerKey } from '../../codec/peer-key.ts'
import { fromHex } from '../../history/crypto/hex.ts'
import type { GroupKey } from '../../history/crypto/hash-ratchet.ts'
import { type KeyPair, loadSecp256k1 } from '../../history/crypto/secp256k1.ts'
import type { CommunityId } from '../../history/ids.ts'
import { GroupKeyRing } from '../../history/keys/group-key-ring.ts'
import { sealEnvelopes } from '../../history/message/envelope.ts'
import { signMessage, transportPayload } from '../../history/message/sign-message.ts'
import { chatBody } from '../../history/message/testing/people.ts'
import { KvEnvelopeLog } from '../../history/publish/kv-envelope-log.ts'
import type { HistoryDevice } from '../testing/history-device.ts'
import { createGardeners, HistoryDevices, START_MS } from '../testing/history-devices.ts'
import { KvHistorySettings } from './history-settings.ts'

const LONG = 'x'.repeat(4_096)

describe('what waits for its other parts or its key', () => {
  let devices: HistoryDevices
  let owner: HistoryDevice
  let signer: KeyPair

  beforeEach(async () => {
    devices = new HistoryDevices()
    owner = await devices.startOwner()
    signer = (await loadSecp256k1()).generate()
  })
  afterEach(() => devices.stop())

  it('is archived once where all parts of a large message come in other envelopes, also while some are missing', async () => {
    const { id, channelId } = await createGardeners(owner)
    const payload = await largePayload(channelId)
    const [first, again] = [await sealed(id, payload, START_MS), await sealed(id, payload, START_MS + 1_000)]
    expect(first.length).toBeGreaterThan(2)
    await hear(owner, id, [...first.slice(0, 2), ...again.slice(0, 2)])
    expect(await logged(owner, id)).toBe(2)
    await hear(owner, id, [...again, ...first])
    expect(await logged(owner, id)).toBe(first.length)
  })

  it('is archived once where it is sealed, before its key is here and afterwards', async () => {
    const { id, channelId } = await createGardeners(owner, { isEncrypted: true })
    const other = await otherDevice(id)
    const payload = await sealedPayload(channelId, await groupKeyOf(id))
    const at = async (seconds: number): Promise<Uint8Array[]> => sealed(id, payload, START_MS + 1_000 * seconds)
    await hear(other, id, [...(await at(0)), ...(await at(1))])
    expect(await logged(other, id)).toBe(1)

    await other.history.addGroupKey(id, await owner.history.groupKeys(id))

    await other.texts(id, channelId, (texts) => texts.includes(LONG))
    await hear(other, id, await at(2))
    expect(await logged(other, id)).toBe(1)
  })

  it('is put together after a restart, when its parts come again', async () => {
    const { id, channelId } = await createGardeners(owner)
    const parts = await sealed(id, await largePayload(channelId), START_MS)
    await hear(owner, id, parts.slice(0, -1))
    await owner.stop()
    const again = await devices.start('owner again', { disk: owner.disk })
    await hear(again, id, parts)
    await again.texts(id, channelId, (texts) => texts.includes(LONG))
    expect(await logged(again, id)).toBe(parts.length)
  })

  /** With a picture that takes several envelopes. */
  async function largePayload(channelId: string): Promise<Uint8Array> {
    const curve = await loadSecp256k1()
    const unfurledLinks = Array.from({ length: 3 }, (_, i) => ({
      url: `https://example.org/${i}`,
      title: '',
      description: '',
      thumbnailPayload: new Uint8Array(100_000).fill(i + 1),
      thumbnailWidth: 1,
      thumbnailHeight: 1,
      type: 0,
      faviconPayload: new Uint8Array(),
    }))
    const body = chatBody(channelId, { clockMs: START_MS, text: LONG, unfurledLinks })
    return transportPayload(signMessage(curve, body, signer))
  }

  async function sealedPayload(channelId: string, key: GroupKey): Promise<Uint8Array> {
    const body = chatBody(channelId, { clockMs: START_MS, text: LONG })
    return transportPayload(signMessage(await loadSecp256k1(), body, signer), { key, seqNo: 9 })
  }

  async function sealed(id: string, payload: Uint8Array, atMs: number): Promise<Uint8Array[]> {
    return sealEnvelopes(await loadSecp256k1(), payload, { community: id as CommunityId, signer, atMs })
  }

  async function hear(device: HistoryDevice, id: string, envelopes: readonly Uint8Array[]): Promise<void> {
    const listen = device.network.listeners.get(id as CommunityId)
    for (const envelope of envelopes) await listen?.(envelope, 'x' as PeerKey)
  }

  /** Of the same owner, without the key of the community’s messages. */
  async function otherDevice(id: string): Promise<HistoryDevice> {
    const other = await devices.start('other')
    await other.history.importKey(await owner.history.exportKey(id, {}), {})
    await other.until(id, ({ isEncrypted, publish }) => isEncrypted && publish !== undefined)
    return other
  }

  async function groupKeyOf(id: string): Promise<GroupKey> {
    const ring = new GroupKeyRing(new KvHistorySettings(owner.disk.kv))
    await ring.start()
    const key = ring.newest(fromHex(id))
    if (key === undefined) throw new Error('An encrypted community has a key.')
    return key
  }

  async function logged(device: HistoryDevice, id: string): Promise<number> {
    const log = new KvEnvelopeLog(device.disk.kv, { community: id as CommunityId, log: 'live' })
    let count = 0
    for await (const _ of log.messages({ fromSeconds: 0, toSeconds: START_MS })) count++
    return count
  }
})
