import { describe, expect, it } from 'vitest'
import { encodeArchive } from '../../codec/history/archive.ts'
import { CHAT_MESSAGE_TYPE } from '../../codec/history/chat.ts'
import type { WakuMessage } from '../../codec/history/waku.ts'
import type { ArchiveEntry } from '../../history/archive/archive-entry.ts'
import { communityIdOf } from '../../history/crypto/secp256k1.ts'
import { topicOf, universalChatId } from '../../history/crypto/topics.ts'
import type { ChatId, CommunityId } from '../../history/ids.ts'
import { archived, chatBody, START_MS, testCommunity } from '../../history/message/testing/people.ts'
import type { OpenedMessage } from '../../history/message/opened-message.ts'
import { ArchiveTimelineReader } from './archive-timeline-reader.ts'

const SPAN = { fromSeconds: START_MS / 1000, toSeconds: START_MS / 1000 + 604_800 }
const REACTION = { messageType: CHAT_MESSAGE_TYPE.communityChat, type: 1, isRetracted: false }
const ENTRY = { id: '0x01', ...SPAN } as unknown as ArchiveEntry

function archiveOf(messages: readonly WakuMessage[], contentTopics: readonly Uint8Array[] = []): Uint8Array {
  return encodeArchive({ metadata: { version: 0, ...SPAN, contentTopics }, messages })
}

function readerInto(added: OpenedMessage[]): { reader: ArchiveTimelineReader; steps: string[] } {
  const steps: string[] = []
  const change = { communityId: '' as CommunityId, channelIds: [], fromMs: 0, toMs: 1 }
  const step = async (name: string) => {
    steps.push(name)
    return change
  }
  const ingest = {
    add: async (messages: readonly OpenedMessage[]) => void added.push(...messages),
    show: () => step('show'),
    commit: () => step('commit'),
    discard: () => void step('discard'),
  }
  const timeline = { beginArchive: async () => ingest, removeArchive: async () => undefined }
  const reader = new ArchiveTimelineReader({
    timeline: timeline as unknown as ConstructorParameters<typeof ArchiveTimelineReader>[0]['timeline'],
    groupKeys: { get: () => undefined },
    onChange: () => undefined,
  })
  return { reader, steps }
}

describe('an archive that is read', () => {
  it('comes into the timeline from its newest message on', async () => {
    const place = await testCommunity()
    const said = [0, 1, 2].map(async (i) =>
      archived(place, chatBody(place.channel, { text: `${i}` }), { signer: place.ann, atMs: START_MS + i * 1_000 }),
    )
    const added: OpenedMessage[] = []
    const read = readerInto(added).reader.read(place.id, ENTRY, archiveOf(await Promise.all(said)))
    expect(await read).toMatchObject({ outcome: 'read', messageCount: 3 })
    expect(added.map(({ body }) => body.kind === 'chat' && body.chat.text)).toEqual(['2', '1', '0'])
  })
})

describe('the messages of an archive', () => {
  it('are counted without the reactions to them', async () => {
    const place = await testCommunity()
    const said = await archived(place, chatBody(place.channel), { signer: place.ann })
    const reaction = { ...REACTION, clockMs: START_MS + 1, chatId: place.channel, messageId: '0x01' }
    const reacted = await archived(place, { kind: 'reaction', reaction }, { signer: place.ben })
    const added: OpenedMessage[] = []
    const read = await readerInto(added).reader.read(place.id, ENTRY, archiveOf([said, reacted]))
    expect(added.map(({ body }) => body.kind).toSorted()).toEqual(['chat', 'reaction'])
    expect(read).toMatchObject({ outcome: 'read', messageCount: 1 })
  })
})

describe('an archive that names topics of another community only', () => {
  async function places() {
    const place = await testCommunity()
    const id = communityIdOf(place.curve, place.ben.publicKey)
    return { place, other: { ...place, id, channel: `${id}general` as ChatId } }
  }

  it('is refused where it is that community’s, so that it counts as damaged', async () => {
    const { place, other } = await places()
    const theirs = await archived(other, chatBody(other.channel), { signer: other.ann })
    const bytes = archiveOf([theirs], [topicOf(universalChatId(other.id))])
    const added: OpenedMessage[] = []
    const { reader, steps } = readerInto(added)
    await expect(reader.read(place.id, ENTRY, bytes)).rejects.toMatchObject({ code: 'ERR_ARCHIVE_INVALID' })
    expect(steps).toEqual(['discard'])
    expect(await reader.read(other.id, ENTRY, bytes)).toMatchObject({ outcome: 'read', messageCount: 1 })
  })

  it('is read where it has messages of this one', async () => {
    const { place, other } = await places()
    const ours = await archived(place, chatBody(place.channel), { signer: place.ann })
    const bytes = archiveOf([ours], [topicOf(other.channel)])
    expect(await readerInto([]).reader.read(place.id, ENTRY, bytes)).toMatchObject({ messageCount: 1 })
  })

  it('is read where it has no messages and names a topic of this one too', async () => {
    const { place, other } = await places()
    const bytes = archiveOf([], [topicOf(other.channel), topicOf(universalChatId(place.id))])
    expect(await readerInto([]).reader.read(place.id, ENTRY, bytes)).toMatchObject({ messageCount: 0 })
  })
})
