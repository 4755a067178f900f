import { describe, expect, it } from 'vitest'
import { encodeArchive } from '../../codec/history/archive.ts'
import { keccak256 } from '../crypto/keccak.ts'
import { type Curve, type KeyPair, communityIdOf, loadSecp256k1 } from '../crypto/secp256k1.ts'
import { openArchive } from '../message/open-archive.ts'
import type { OpenedMessage } from '../message/opened-message.ts'
import { ImportSigner, type SignedBatch } from './import-signer.ts'
import type { ImportKind, ImportedMessage } from './imported-message.ts'
import { allOf } from './testing/all-of.ts'

const NOW_MS = Date.UTC(2020, 5, 1)
const AT_MS = Date.UTC(2020, 0, 1, 12)

interface Fixture {
  readonly curve: Curve
  readonly signer: KeyPair
}

async function fixture(): Promise<Fixture> {
  const curve = await loadSecp256k1()
  return { curve, signer: curve.keyPair(keccak256(Uint8Array.of(1))) }
}

function imported(sourceId: string, extra: Partial<ImportedMessage> = {}): ImportedMessage {
  return {
    sourceId,
    channelId: 'C1',
    author: { sourceId: 'U1', name: 'Ana' },
    atMs: AT_MS,
    text: `text ${sourceId}`,
    isPinned: false,
    attachments: [],
    reactions: [],
    ...extra,
  }
}

function sign(
  keys: Fixture,
  kind: ImportKind,
  messages: readonly ImportedMessage[],
): SignedBatch & { importer: ImportSigner } {
  const community = communityIdOf(keys.curve, keys.signer.publicKey)
  const importer = new ImportSigner(keys, { community, kind, nowMs: NOW_MS })
  const channels = [{ sourceId: 'C1', name: 'general', category: 'Books' }]
  const mark = { doneFiles: 0, doneMessages: 0 }
  return { ...importer.sign({ channels, messages, problems: [], readBytes: 0, totalBytes: 0, mark }), importer }
}

/** What a member makes of the messages once they are in an archive. */
async function opened(keys: Fixture, { messages }: SignedBatch): Promise<OpenedMessage[]> {
  const community = communityIdOf(keys.curve, keys.signer.publicKey)
  const metadata = { version: 0, fromSeconds: AT_MS / 1000, toSeconds: NOW_MS / 1000, contentTopics: [] }
  const bytes = encodeArchive({ metadata, messages })
  const batches = await allOf(openArchive(bytes, { community, keys: { get: () => undefined } }))
  expect(batches.at(-1)?.counts.ignored).toBe(0)
  return batches.flatMap((batch) => batch.messages)
}

describe('imported messages, signed', () => {
  it('are opened by members as messages of the community, in the channel that the description names', async () => {
    const keys = await fixture()
    const signed = sign(keys, 'slack', [imported('1'), imported('2', { replyTo: '1' })])
    const [first, second] = await opened(keys, signed)
    const [chat] = signed.chats
    expect(chat).toMatchObject({ name: 'general', category: { name: 'Books' } })
    expect(first).toMatchObject({ signedBy: 'community', channelId: chat?.id, atMs: AT_MS })
    expect(first?.body).toMatchObject({ chat: { bridge: { bridgeName: 'slack', userName: 'Ana', content: 'text 1' } } })
    expect(second?.body).toMatchObject({ chat: { responseTo: first?.id } })
  })

  it('have the ids and hashes of an earlier import, and others in another channel', async () => {
    const keys = await fixture()
    const [first] = await opened(keys, sign(keys, 'telegram', [imported('1')]))
    const again = sign(keys, 'telegram', [imported('1')])
    expect((await opened(keys, again))[0]?.id).toBe(first?.id)
    expect(again.messages).toEqual(sign(keys, 'telegram', [imported('1')]).messages)
    const [elsewhere] = await opened(keys, sign(keys, 'telegram', [imported('1', { channelId: 'C2' })]))
    expect(elsewhere?.id).not.toBe(first?.id)
  })

  it('of Discord are known by Discord’s numbers, and carry their files', async () => {
    const keys = await fixture()
    const file = { name: 'p.png', mediaType: 'image/png', sizeBytes: 3, bytes: Uint8Array.of(1, 2, 3) }
    const signed = sign(keys, 'discord', [imported('77', { attachments: [file], editedAtMs: AT_MS + 60_000 })])
    expect(signed.messages).toMatchObject([
      { thirdPartyId: '77', padding: Uint8Array.of(1), hash: keccak256(new TextEncoder().encode('77')) },
    ])
    expect((await opened(keys, signed))[0]?.body).toMatchObject({
      chat: {
        discord: {
          id: '77',
          timestampEdited: String(AT_MS / 1000 + 60),
          author: { id: 'U1', name: 'Ana' },
          attachments: [{ fileName: 'p.png', contentType: 'image/png', payload: Uint8Array.of(1, 2, 3) }],
        },
      },
    })
  })

  it('bring their reactions, pins and edits as messages that name them', async () => {
    const keys = await fixture()
    const signed = sign(keys, 'telegram', [
      imported('1', {
        isPinned: true,
        editedAtMs: AT_MS + 60_000,
        reactions: [
          { emoji: '👍🏽', count: 3 },
          { emoji: '+1', count: 1 },
          { emoji: 'party_parrot', count: 2 },
        ],
      }),
      imported('2', { pins: '1', text: 'pin message' }),
    ])
    const [message, reaction, edit, pin, , pinAgain] = await opened(keys, signed)
    const target = { messageId: message?.id, chatId: message?.channelId }
    expect(reaction?.body).toMatchObject({ reaction: { ...target, type: 2, peopleCount: 4 } })
    expect(edit?.body).toMatchObject({ edit: { ...target, text: 'text 1', clockMs: AT_MS + 60_000 } })
    expect(pin?.body).toMatchObject({ pin: { ...target, isPinned: true } })
    // Pinned twice at the source is one pin here.
    expect(pinAgain?.id).toBe(pin?.id)
    expect(signed.importer.leftOut()).toEqual([
      { where: 'Reaction “party_parrot”', what: 'It has no counterpart here and was left out 2 times.' },
    ])
  })

  it('are listed where they are cut or left out', async () => {
    const keys = await fixture()
    const signed = sign(keys, 'mbox', [
      imported('1', { text: 'ü'.repeat(40_000) }),
      imported('2', { atMs: NOW_MS + 172_800_000 }),
    ])
    const [message] = await opened(keys, signed)
    expect(message?.body).toMatchObject({ chat: { bridge: { content: 'ü'.repeat(32_768) } } })
    expect(signed.problems).toEqual([
      { where: 'mbox:C1:1', what: 'Its text is cut: at most 65,536 bytes are kept.' },
      { where: 'mbox:C1:2', what: 'Its time lies in the future, so it is left out.' },
    ])
  })
})
