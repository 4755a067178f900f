import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { cidText } from '../../codec/cid.ts'
import type { PeerKey } from '../../codec/peer-key.ts'
import { MAX_ARCHIVE_BYTES } from '../../codec/history/archive.ts'
import { CHAT_MESSAGE_TYPE, type ChatMessage, CONTENT_TYPE } from '../../codec/history/chat.ts'
import { MemoryHub } from '../../exchange/testing/memory-network.ts'
import { buildArchive, entryOf } from '../../history/archive/build-archive.ts'
import { encodeIndex } from '../../history/archive/read-index.ts'
import { type Curve, type KeyPair, loadSecp256k1 } from '../../history/crypto/secp256k1.ts'
import { topicOf, universalChatId } from '../../history/crypto/topics.ts'
import type { CommunityId } from '../../history/ids.ts'
import { sealEnvelopes } from '../../history/message/envelope.ts'
import {
  importedWakuMessage,
  signArchiveLink,
  signMessage,
  transportPayload,
} from '../../history/message/sign-message.ts'
import { ManualClock } from '../../history/testing/manual-clock.ts'
import { HistoryDevice } from '../testing/history-device.ts'
import { MemoryHistoryHub, type MemoryHistoryNetwork } from '../testing/memory-history-network.ts'
import type { ArchiveView } from './history-views.ts'
import { createTestNode, type TestNode } from '../testing/memory-network.ts'

const START_MS = Date.UTC(2026, 0, 5)
const START_SECONDS = START_MS / 1000
const WEEK_SECONDS = 7 * 24 * 3600

/** Nothing that is not signed by the right key ever appears. */
describe('a member among attackers', () => {
  let hubs: { blocks: MemoryHub; history: MemoryHistoryHub }
  let clock: ManualClock
  let curve: Curve
  let owner: HistoryDevice
  let member: HistoryDevice
  let attacker: MemoryHistoryNetwork
  let attackerNode: TestNode
  let mallory: KeyPair
  let community: CommunityId
  let channelId: string
  /** The real link’s. */
  let indexCid: string

  beforeEach(async () => {
    hubs = { blocks: new MemoryHub(), history: new MemoryHistoryHub() }
    clock = new ManualClock(START_MS)
    curve = await loadSecp256k1()
    mallory = curve.generate()
    owner = await HistoryDevice.start(hubs, { name: 'owner', clock })
    member = await HistoryDevice.start(hubs, { name: 'member', clock })
    attackerNode = await createTestNode(hubs.blocks, 'attacker')
    await attackerNode.node.start()
    attacker = hubs.history.device('attacker' as PeerKey)
    await owner.history.setPerson({ displayName: 'Ada' })
    const made = await owner.history.create({ name: 'Gardeners' })
    community = made.id
    channelId = made.channels[0]?.id ?? ''
    await owner.history.send(community, channelId, { text: 'true' })
    await clock.advance(60_000)
    await owner.history.publishNow(community)
    await member.history.follow(community)
    const followed = await member.until(community, ({ heldArchiveCount }) => heldArchiveCount === 1)
    indexCid = followed.indexCid ?? ''
    for (const { exchangeNode } of [owner.test, member.test])
      hubs.blocks.connect(exchangeNode, attackerNode.exchangeNode)
  })

  afterEach(async () => {
    await Promise.all([owner, member].map((device) => device.stop()))
    await attackerNode.node.stop()
  })

  async function linkEnvelope(signer: KeyPair, link: { clockMs: number; archiveLink: string }): Promise<Uint8Array> {
    const payload = await transportPayload(signArchiveLink(curve, link, signer))
    const [envelope] = await sealEnvelopes(curve, payload, { community, signer, atMs: clock.nowMs() })
    if (envelope === undefined) throw new Error('There is no envelope.')
    return envelope
  }

  /** What the owner’s own device signs, as one whose key was stolen would. */
  async function ownerLink(link: { clockMs: number; archiveLink: string }): Promise<Uint8Array> {
    const text = await owner.history.exportKey(community, {})
    const secret = /^secret: 0x([0-9a-f]{64})$/m.exec(text)?.[1] ?? ''
    return linkEnvelope(curve.keyPair(Uint8Array.from(Buffer.from(secret, 'hex'))), link)
  }

  function chatOf(text: string): ChatMessage {
    const about = { clockMs: START_MS, timestampMs: START_MS, chatId: channelId, text, displayName: 'Ada' }
    const kind = { messageType: CHAT_MESSAGE_TYPE.communityChat, contentType: CONTENT_TYPE.text }
    return { ...about, ...kind, responseTo: '', ensName: '', unfurledLinks: [], customizationColor: 0 }
  }

  /** One archive of the member’s, as soon as it is as `isWanted` says. */
  async function archiveOf(cid: string, isWanted: (archive: ArchiveView) => boolean): Promise<ArchiveView> {
    for (;;) {
      const found = (await member.history.archives(community)).find((each) => each.cid === cid && isWanted(each))
      if (found !== undefined) return found
      await new Promise((resolve) => setImmediate(resolve))
    }
  }

  const shown = (): Promise<string[]> => member.texts(community, channelId, ({ length }) => length > 0)
  const linkOf = async (): Promise<string | undefined> => (await member.until(community, () => true)).indexCid

  it('refuses a newer link that another key has signed, and says so to whoever passed it on', async () => {
    const forged = await linkEnvelope(mallory, { clockMs: clock.nowMs() + 1_000, archiveLink: indexCid })
    const verdict = await member.network.listeners.get(community)?.(forged, attacker.peer)
    expect(verdict).toBe('reject')
    expect(await linkOf()).toBe(indexCid)
  })

  it('does not go back to an older link of the owner’s own', async () => {
    const other = cidText(await attackerNode.node.historyDatasets.publish(new Uint8Array(100)))
    const old = await ownerLink({ clockMs: clock.nowMs() - 30_000, archiveLink: other })
    expect(await member.network.listeners.get(community)?.(old, attacker.peer)).toBe('ignore')
    expect(await linkOf()).toBe(indexCid)
  })

  it('keeps what it has where a link leads to what is no index', async () => {
    const nonsense = cidText(await attackerNode.node.historyDatasets.publish(new TextEncoder().encode('no index')))
    await attacker.publish(community, await ownerLink({ clockMs: clock.nowMs() + 1, archiveLink: nonsense }))
    const failed = await member.until(community, ({ follow }) => follow.state === 'failed')
    expect(failed.follow).toMatchObject({ error: { code: 'ERR_INDEX_INVALID' } })
    expect(await shown()).toEqual(['true'])
  })

  it('shows nothing of an archive that speaks for others without the community’s signature', async () => {
    const bridge = { bridgeName: 'discord', userName: 'Ada', userAvatar: '', userId: '7', content: 'said by nobody' }
    const said = {
      ...chatOf(''),
      contentType: CONTENT_TYPE.bridge,
      bridge: { ...bridge, messageId: '1', parentMessageId: '' },
    }
    const forged = signMessage(curve, { kind: 'chat', chat: said }, mallory)
    const messages = [importedWakuMessage(forged, { community, atMs: START_MS })]
    const topics = [topicOf(universalChatId(community))]
    const span = { fromSeconds: START_SECONDS, toSeconds: START_SECONDS + WEEK_SECONDS }
    const cid = await attackerNode.node.historyDatasets.publish(buildArchive({ ...span, number: 0, messages }, topics))
    const index = encodeIndex([entryOf({ ...span, cid, topics })])
    const swapped = cidText(await attackerNode.node.historyDatasets.publish(index))
    await attacker.publish(community, await ownerLink({ clockMs: clock.nowMs() + 1, archiveLink: swapped }))
    const archive = await archiveOf(cidText(cid), ({ state }) => state === 'held')
    expect(archive.messageCount).toBe(0)
    expect(await shown()).toEqual(['true'])
  })

  it('takes a message for its signer’s, whatever name it gives itself', async () => {
    const payload = await transportPayload(signMessage(curve, { kind: 'chat', chat: chatOf('I am Ada') }, mallory))
    const [envelope = new Uint8Array()] = await sealEnvelopes(curve, payload, {
      community,
      signer: mallory,
      atMs: clock.nowMs(),
    })
    await attacker.publish(community, envelope)
    await member.texts(community, channelId, (texts) => texts.includes('I am Ada'))
    const { rows } = await member.history.timeline(community, { channelId, anchor: { kind: 'newest' }, limit: 10 })
    const keys = new Set(rows.flatMap((row) => (row.kind === 'message' ? [row.author.key] : [])))
    expect(keys.size).toBe(2)
  })

  it('asks for no block of an archive that is larger than one may be', async () => {
    const huge = await attackerNode.node.upload(new Blob([new Uint8Array(MAX_ARCHIVE_BYTES + 1)]), {
      filename: 'archive-data.bin',
    })
    const span = { fromSeconds: START_SECONDS, toSeconds: START_SECONDS + WEEK_SECONDS }
    const topics = [topicOf(universalChatId(community))]
    const index = encodeIndex([entryOf({ ...span, cid: huge.manifestCid, topics })])
    const link = cidText(await attackerNode.node.historyDatasets.publish(index))
    await attacker.publish(community, await ownerLink({ clockMs: clock.nowMs() + 1, archiveLink: link }))
    await archiveOf(cidText(huge.manifestCid), ({ state }) => state === 'damaged')
    expect(await member.test.store.getDataset(huge.manifestCid)).toBeUndefined()
  })
})
