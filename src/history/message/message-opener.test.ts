import { describe, expect, it } from 'vitest'
import { decodeApplicationMetadata, encodeApplicationMetadata } from '../../codec/history/application-metadata.ts'
import { CONTENT_TYPE, encodeChatMessage } from '../../codec/history/chat.ts'
import { EMPTY_DESCRIPTION } from '../../codec/history/community-description.ts'
import { type DiscordMessage } from '../../codec/history/imported.ts'
import { groupKeyOf } from '../crypto/hash-ratchet.ts'
import { toHex } from '../crypto/hex.ts'
import { keccak256 } from '../crypto/keccak.ts'
import { MessageOpener } from './message-opener.ts'
import type { MessageBody } from './opened-message.ts'
import {
  importedWakuMessage,
  signArchiveLink,
  signDescription,
  signMessage,
  type SignedMessage,
  transportPayload,
} from './sign-message.ts'
import { archived, asArchived, chatBody, START_MS, testCommunity } from './testing/people.ts'

const place = await testCommunity()
const { curve, id: community, owner, ann, ben, channel } = place
const opener = new MessageOpener(curve, { community, keys: { get: () => undefined } })
const hello = chatBody(channel)
const empties = { chatId: channel, messageId: `0x${'11'.repeat(32)}`, messageType: 5 }

async function reasonOf(body: MessageBody, signer = ann, atMs = START_MS): Promise<string> {
  const outcome = await opener.open(await archived(place, body, { signer, atMs }))
  return outcome.kind === 'ignored' ? outcome.reason : outcome.kind
}

describe('a message', () => {
  it('opens with its author, id, channel, times and body', async () => {
    const signed = signMessage(curve, hello, ann)
    const outcome = await opener.open(asArchived(community, await transportPayload(signed), { signer: ben }))
    expect(outcome).toEqual({
      kind: 'message',
      message: {
        id: toHex(keccak256(ann.publicKey, signed.bytes)),
        author: toHex(ann.publicKey),
        signedBy: 'author',
        channelId: channel,
        clockMs: START_MS,
        atMs: START_MS,
        body: hello,
        bodyBytes: encodeChatMessage(hello.chat),
      },
    })
  })

  it('opens the same without a ProtocolMessage around it', async () => {
    const signed = signMessage(curve, hello, ann)
    const outcome = await opener.open(asArchived(community, signed.bytes, { signer: ann }))
    expect(outcome).toMatchObject({ kind: 'message', message: { id: signed.id } })
  })

  it.each<[string, MessageBody]>([
    ['edit', { kind: 'edit', edit: { ...empties, clockMs: 5, text: 'hullo', contentType: 1, unfurledLinks: [] } }],
    ['delete', { kind: 'delete', deletion: { ...empties, clockMs: 5, deletedBy: '' } }],
    ['pin', { kind: 'pin', pin: { ...empties, clockMs: 5, isPinned: true } }],
    ['reaction', { kind: 'reaction', reaction: { ...empties, clockMs: 5, type: 2, isRetracted: true } }],
  ])('may be an %s', async (_kind, body) => {
    const outcome = await opener.open(await archived(place, body, { signer: ben }))
    expect(outcome).toMatchObject({
      kind: 'message',
      message: { body, clockMs: 5, atMs: START_MS, signedBy: 'author' },
    })
  })

  it('of the community’s own key says so', async () => {
    const outcome = await opener.open(await archived(place, hello, { signer: owner }))
    expect(outcome).toMatchObject({ message: { signedBy: 'community' } })
  })

  it('has another author, or none, once a byte of it was changed', async () => {
    const { bytes } = signMessage(curve, hello, ann)
    const { signature, payload, type } = decodeApplicationMetadata(bytes)
    const kinds = new Set<string>()
    for (let i = 0; i < payload.byteLength; i += 5) {
      const forged = payload.slice()
      forged[i] = (forged[i] ?? 0) ^ 1
      const amm = encodeApplicationMetadata({ signature, payload: forged, type })
      const outcome = await opener.open(asArchived(community, amm, { signer: ann }))
      kinds.add(outcome.kind === 'message' ? outcome.message.author : outcome.kind)
    }
    expect(kinds.size).toBeGreaterThan(2)
    expect(kinds).not.toContain(toHex(ann.publicKey))
  })

  it('without a signature is not shown, whoever sent the envelope', async () => {
    const payload = encodeChatMessage(hello.chat)
    for (const signature of [new Uint8Array(), new Uint8Array(64), new Uint8Array(65)]) {
      const amm = encodeApplicationMetadata({ signature, payload, type: 1 })
      const outcome = await opener.open(asArchived(community, amm, { signer: ann }))
      expect(outcome).toEqual({ kind: 'ignored', reason: 'not-signed' })
    }
  })
})

describe('validity', () => {
  const long = 'x'.repeat(4096)
  const image = { payload: new Uint8Array(), format: 1, albumId: '', width: 0, height: 0, albumImagesCount: 0 }

  it.each<[string, Parameters<typeof chatBody>[1], string]>([
    ['has no clock', { clockMs: 0 }, 'clock'],
    ['is two minutes ahead of the time that it was sent at', { clockMs: START_MS + 120_000 }, 'message'],
    ['is further ahead', { clockMs: START_MS + 120_001 }, 'clock'],
    ['has no time', { timestampMs: 0 }, 'clock'],
    ['is blank', { text: ' \n\t' }, 'empty'],
    ['has 4,096 characters', { text: long }, 'message'],
    ['has 4,096 characters of two code units', { text: '𝒳'.repeat(4096) }, 'message'],
    ['has more', { text: `${long}x` }, 'too-long'],
    ['has more of two code units', { text: '𝒳'.repeat(4097) }, 'too-long'],
    ['names no channel', { chatId: '' }, 'wrong-channel'],
    ['names the community alone', { chatId: community }, 'wrong-channel'],
    ['names a channel of somebody else', { chatId: `0x02${channel.slice(4).replace('a', 'b')}` }, 'wrong-channel'],
    ['is of a private chat', { messageType: 1 }, 'unknown-type'],
    ['is of an unknown content', { contentType: 77 }, 'unknown-type'],
    ['is an image without one', { contentType: CONTENT_TYPE.image }, 'incomplete-content'],
    ['is an image of no bytes', { contentType: CONTENT_TYPE.image, image }, 'incomplete-content'],
    [
      'is an image without text',
      { contentType: CONTENT_TYPE.image, text: '', image: { ...image, payload: Uint8Array.of(1) } },
      'message',
    ],
    ['is a sound without one', { contentType: CONTENT_TYPE.audio }, 'incomplete-content'],
    ['is a sticker without one', { contentType: CONTENT_TYPE.sticker }, 'incomplete-content'],
  ])('decides about a message that %s', async (_title, change, expected) => {
    expect(await reasonOf(chatBody(channel, change))).toBe(expected)
  })

  it('shows a message at its clock where its own time is more than a day from it', async () => {
    const shown = async (timestampMs: number): Promise<number | undefined> => {
      const outcome = await opener.open(await archived(place, chatBody(channel, { timestampMs }), { signer: ann }))
      return outcome.kind === 'message' ? outcome.message.atMs : undefined
    }
    const dayMs = 24 * 3_600_000
    expect(await shown(START_MS - dayMs)).toBe(START_MS - dayMs)
    for (const timestampMs of [9e15, START_MS + dayMs + 1, START_MS - dayMs - 1, 1]) {
      expect(await shown(timestampMs)).toBe(START_MS)
    }
  })

  it('leaves out what was sent in no year that anybody lives in, however its envelope is dated', async () => {
    const message = await archived(place, chatBody(channel, { clockMs: 9e15, timestampMs: 9e15 }), { signer: ann })
    const late = { kind: 'ignored', reason: 'clock' }
    expect(await opener.open({ ...message, timestampSeconds: 9e12 })).toEqual(late)
    const pin = await archived(place, { kind: 'pin', pin: { ...empties, clockMs: 5, isPinned: true } }, { signer: ann })
    expect(await opener.open({ ...pin, timestampSeconds: Date.UTC(2200, 0, 2) / 1000 })).toEqual(late)
  })

  it('wants to know what an edit, a deletion, a pin and a reaction are about', async () => {
    const nothing = { ...empties, messageId: '', clockMs: 5 }
    const edit = { ...nothing, messageId: 'x', text: '', contentType: 1, unfurledLinks: [] }
    expect(await reasonOf({ kind: 'edit', edit })).toBe('empty')
    expect(await reasonOf({ kind: 'edit', edit: { ...edit, text: 'x', messageId: '' } })).toBe('incomplete-content')
    expect(await reasonOf({ kind: 'delete', deletion: { ...nothing, deletedBy: '' } })).toBe('incomplete-content')
    expect(await reasonOf({ kind: 'pin', pin: { ...nothing, isPinned: true } })).toBe('incomplete-content')
    const reaction = { ...nothing, type: 1, isRetracted: false }
    expect(await reasonOf({ kind: 'reaction', reaction })).toBe('incomplete-content')
    expect(await reasonOf({ kind: 'reaction', reaction: { ...reaction, messageId: 'x', type: 7 } })).toBe(
      'unknown-type',
    )
  })

  it('leaves out types that do not belong to a channel, and what is no message at all', async () => {
    const amm = (type: number, payload: Uint8Array): Uint8Array => {
      const signature = curve.signRecoverable(keccak256(payload), ann.secret)
      return encodeApplicationMetadata({ signature, payload, type })
    }
    const open = async (bytes: Uint8Array): Promise<unknown> =>
      opener.open(asArchived(community, bytes, { signer: ann }))
    expect(await open(amm(4, encodeChatMessage(hello.chat)))).toEqual({ kind: 'ignored', reason: 'unknown-type' })
    expect(await open(amm(1, Uint8Array.of(0x1a, 200)))).toEqual({ kind: 'ignored', reason: 'not-decodable' })
    expect(await open(Uint8Array.of(7, 7, 7))).toEqual({ kind: 'ignored', reason: 'not-decodable' })
    expect(await open(new Uint8Array())).toEqual({ kind: 'ignored', reason: 'not-signed' })
  })
})

describe('what only the community may say', () => {
  const link = { clockMs: START_MS, archiveLink: 'zDvZ' }
  const open = async (signed: SignedMessage): Promise<unknown> =>
    opener.open(asArchived(community, signed.bytes, { signer: signed.signer }))

  it('is its archive link', async () => {
    expect(await open(signArchiveLink(curve, link, owner))).toEqual({ kind: 'link', link, atMs: START_MS })
    expect(await open(signArchiveLink(curve, link, ann))).toEqual({ kind: 'ignored', reason: 'wrong-signer' })
  })

  it('is its description', async () => {
    const description = { ...EMPTY_DESCRIPTION, clockMs: 4, introMessage: 'Welcome' }
    expect(await open(signDescription(curve, description, owner))).toMatchObject({ kind: 'description', description })
    expect(await open(signDescription(curve, description, ann))).toEqual({ kind: 'ignored', reason: 'wrong-signer' })
  })

  it('is what people said elsewhere', async () => {
    const discord: DiscordMessage = {
      id: '91',
      type: 'Default',
      timestamp: '1577836800',
      timestampEdited: '',
      content: 'x'.repeat(5000),
      attachments: [],
    }
    const body = chatBody(channel, { text: '', contentType: CONTENT_TYPE.discord, discord })
    const signed = signMessage(curve, body, owner)
    const imported = importedWakuMessage(signed, { community, atMs: START_MS })
    expect(await opener.open(imported)).toMatchObject({ message: { id: signed.id, signedBy: 'community' } })
    expect(await reasonOf(body, ann)).toBe('wrong-signer')
    expect(await reasonOf(chatBody(channel, { text: '', contentType: CONTENT_TYPE.bridge }), owner)).toBe(
      'incomplete-content',
    )
  })

  it('is known by Discord’s number where Status imported it, never by another message’s id', async () => {
    const signed = signMessage(curve, hello, owner)
    const imported = importedWakuMessage(signed, { community, atMs: START_MS })
    const named = await opener.open({ ...imported, thirdPartyId: '7001' })
    expect(named).toMatchObject({ message: { id: toHex(keccak256(new TextEncoder().encode('7001'))) } })
    const victim = signMessage(curve, hello, ann).id
    expect(await opener.open({ ...imported, thirdPartyId: victim })).toMatchObject({ message: { id: signed.id } })
    const byAnn = await archived(place, hello, { signer: ann })
    expect(await opener.open({ ...byAnn, thirdPartyId: '7001' })).toMatchObject({ message: { id: victim } })
  })
})

describe('a message of an encrypted channel', () => {
  const group = groupKeyOf(new TextEncoder().encode(channel), 1, new Uint8Array(32).fill(3))

  it('opens with the channel’s key and names it where it is missing', async () => {
    const signed = signMessage(curve, hello, ann)
    const message = asArchived(community, await transportPayload(signed, { key: group, seqNo: 12 }), { signer: ann })
    const holder = new MessageOpener(curve, { community, keys: { get: () => group.key } })
    expect(await holder.open(message)).toMatchObject({ kind: 'message', message: { id: signed.id } })
    expect(await opener.open(message)).toEqual({ kind: 'missing-key', keyId: toHex(group.keyId) })
    const wrong = new MessageOpener(curve, { community, keys: { get: () => new Uint8Array(32) } })
    expect(await wrong.open(message)).toEqual({ kind: 'ignored', reason: 'not-decodable' })
  })
})
