import { describe, expect, it } from 'vitest'
import { vectors } from '../../codec/history/testing/vectors.ts'
import { archiveId, torrentArchiveId } from '../archive-id.ts'
import type { ChatId, CommunityId } from '../ids.ts'
import { fromHex, toHex } from './hex.ts'
import { keccak256 } from './keccak.ts'
import { communityIdOf, communityKeyOf, loadSecp256k1 } from './secp256k1.ts'
import { contentTopicOf, symmetricKeyBytes, topicOf, topicOfContentTopic, universalChatId } from './topics.ts'

const encoder = new TextEncoder()
const community = vectors.communityId as CommunityId
const { archive, indexEntry, torrentIndexEntry, link } = vectors
const metadata = {
  version: 0,
  fromSeconds: archive.from,
  toSeconds: archive.to,
  contentTopics: archive.contentTopic.map((topic) => fromHex(`0x${topic}`)),
}

describe('the published vectors', () => {
  it.each(vectors.topics)('give topic and key of $topic', async ({ chatId, topic, contentTopic, symmetricKey }) => {
    const chat = chatId as ChatId
    expect(toHex(topicOf(chat))).toBe(`0x${topic}`)
    expect(contentTopicOf(chat)).toBe(contentTopic)
    expect(topicOfContentTopic(contentTopic)).toEqual(topicOf(chat))
    expect(toHex(await symmetricKeyBytes(chat))).toBe(`0x${symmetricKey}`)
  })

  it('name the universal chat', () => {
    expect(universalChatId(community)).toBe(vectors.topics[1]?.chatId)
  })

  it('give Keccak-256 and not SHA3', () => {
    const { empty, abc, contactDiscoveryTopic } = vectors.keccakChecks
    expect(toHex(keccak256(new Uint8Array()))).toBe(`0x${empty}`)
    expect(toHex(keccak256(encoder.encode('abc')))).toBe(`0x${abc}`)
    expect(toHex(keccak256(encoder.encode('ab'), encoder.encode('c')))).toBe(`0x${abc}`)
    expect(toHex(topicOf('contact-discovery' as ChatId))).toBe(`0x${contactDiscoveryTopic}`)
  })

  it('give the archive ids of both transports', () => {
    expect(archiveId({ version: 0, metadata, cid: indexEntry.cid })).toBe(indexEntry.archiveId)
    const { offset, size, padding } = torrentIndexEntry
    expect(torrentArchiveId({ version: 0, metadata, offset, size, padding })).toBe(torrentIndexEntry.archiveId)
  })

  it('give what is signed of a link', () => {
    expect(toHex(keccak256(fromHex(`0x${link.hex}`)))).toBe(`0x${link.keccakToSign}`)
  })

  it('have a community whose id is a key of the curve', async () => {
    const curve = await loadSecp256k1()
    const key = communityKeyOf(curve, community)
    expect(key.byteLength).toBe(65)
    expect(communityIdOf(curve, key)).toBe(community)
  })
})
