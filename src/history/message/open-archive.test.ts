import { describe, expect, it } from 'vitest'
import { encodeArchive } from '../../codec/history/archive.ts'
import { CHAT_MESSAGE_TYPE } from '../../codec/history/chat.ts'
import type { WakuMessage } from '../../codec/history/waku.ts'
import { sealArchive } from '../crypto/archive-seal.ts'
import { groupKeyOf, type GroupKeys } from '../crypto/hash-ratchet.ts'
import { fromHex, toHex } from '../crypto/hex.ts'
import { openArchive, type OpenArchiveOptions } from './open-archive.ts'
import type { ArchiveBatch } from './opening.ts'
import { splitPayload } from './segments.ts'
import { signMessage, transportPayload } from './sign-message.ts'
import { archived, asArchived, chatBody, START_MS, testCommunity } from './testing/people.ts'

const place = await testCommunity()
const { curve, id: community, ann, ben, channel } = place
const metadata = { version: 0, fromSeconds: START_MS / 1000, toSeconds: START_MS / 1000 + 604_800, contentTopics: [] }
const group = groupKeyOf(fromHex(community), 1, new Uint8Array(32).fill(3))
const none: GroupKeys = { get: () => undefined }
const held: GroupKeys = { get: () => group.key }

const said = async (count: number): Promise<WakuMessage[]> =>
  Promise.all(
    Array.from({ length: count }, async (_, i) =>
      archived(place, chatBody(channel, { text: `${i}`, clockMs: START_MS + i }), { signer: i % 2 === 0 ? ann : ben }),
    ),
  )

async function batchesOf(bytes: Uint8Array, options: Partial<OpenArchiveOptions> = {}): Promise<ArchiveBatch[]> {
  const batches: ArchiveBatch[] = []
  for await (const batch of openArchive(bytes, { community, keys: none, ...options })) batches.push(batch)
  return batches
}

describe('an archive', () => {
  it('comes in batches, in its order, with progress', async () => {
    const bytes = encodeArchive({ metadata, messages: await said(25) })
    const batches = await batchesOf(bytes, { batchSize: 10 })
    expect(batches.map(({ messages }) => messages.length)).toEqual([10, 10, 5])
    const texts = batches.flatMap(({ messages }) => messages.map(({ body }) => body.kind === 'chat' && body.chat.text))
    expect(texts).toEqual(Array.from({ length: 25 }, (_, i) => `${i}`))
    const progress = batches.map((batch) => batch.progress)
    expect(progress).toEqual(progress.toSorted((a, b) => a - b))
    expect(progress[0]).toBeCloseTo(0.4, 1)
    expect(progress.at(-1)).toBe(1)
    expect(batches.at(-1)?.counts).toEqual({ opened: 25, ignored: 0, missingKeys: new Map(), incompleteSegments: 0 })
  })

  it.each([
    ['the end', 20, ['4', '1', '2', '5', '0', '3']],
    ['a moment', 8, ['1', '2', '5', '0', '3', '4']],
  ])('comes nearest to %s first, by its own times, and says of what time it is all', async (_what, near, order) => {
    const messages = await said(6)
    const times = [3, 9, 9, 1, 20, 5]
    const timed = messages.map((message, i) => ({ ...message, timestampSeconds: START_MS / 1000 + (times[i] ?? 0) }))
    const bytes = encodeArchive({ metadata, messages: timed })
    const nearSeconds = START_MS / 1000 + near
    const batches = await batchesOf(bytes, { batchSize: 4, nearSeconds })
    const texts = batches.flatMap(({ messages }) => messages.map(({ body }) => body.kind === 'chat' && body.chat.text))
    expect(texts).toEqual(order)
    // The fourth is 15 or 5 seconds away; another one that is as far may be left.
    const farSeconds = near === 20 ? 15 : 5
    const opened = { fromSeconds: nearSeconds - farSeconds + 1, toSeconds: nearSeconds + farSeconds }
    expect(batches.map((batch) => batch.opened)[0]).toEqual(opened)
    expect(batches.at(-1)?.progress).toBe(1)
  })

  it('gives deletions before all else that comes by nearness, so that nothing is shown which they take back', async () => {
    const messages = await said(3)
    const atMs = START_MS + 500_000_000
    const messageId = `0x${'ab'.repeat(32)}`
    const messageType = CHAT_MESSAGE_TYPE.communityChat
    const deletion = { clockMs: atMs, chatId: channel, messageId, messageType, deletedBy: '' }
    const last = await archived(place, { kind: 'delete', deletion }, { signer: ann, atMs })
    const bytes = encodeArchive({ metadata, messages: [...messages, last] })
    const batches = await batchesOf(bytes, { batchSize: 1, nearSeconds: START_MS / 1000 })
    expect(batches.flatMap((batch) => batch.messages.map(({ body }) => body.kind))).toEqual([
      'delete',
      'chat',
      'chat',
      'chat',
    ])
    // It says nothing of the time in between.
    expect(batches[0]?.opened).toBeUndefined()
  })

  it('of no messages is one empty batch', async () => {
    const batches = await batchesOf(encodeArchive({ metadata, messages: [] }))
    expect(batches).toMatchObject([{ messages: [], progress: 1, counts: { opened: 0 } }])
  })

  it('counts what it does not show, by missing key', async () => {
    const [first, ...rest] = await said(3)
    const signed = signMessage(curve, chatBody(channel), ann)
    const sealed = await transportPayload(signed, { key: group, seqNo: 1 })
    const [part = new Uint8Array()] = splitPayload(await transportPayload(signed), 60)
    const messages = [
      ...rest,
      asArchived(community, sealed, { signer: ann }),
      asArchived(community, sealed, { signer: ann }),
      asArchived(community, part, { signer: ann }),
      { ...(first ?? asArchived(community, part, { signer: ann })), payload: Uint8Array.of(1, 2, 3) },
    ]
    const batches = await batchesOf(encodeArchive({ metadata, messages }), { batchSize: 2 })
    expect(batches.at(-1)?.counts).toEqual({
      opened: 2,
      ignored: 1,
      missingKeys: new Map([[toHex(group.keyId), 2]]),
      incompleteSegments: 1,
    })
  })

  it('that is sealed opens with the key, and names it where it is missing', async () => {
    const sealed = await sealArchive(encodeArchive({ metadata, messages: await said(3) }), group, 7)
    expect((await batchesOf(sealed, { keys: held })).at(-1)?.counts.opened).toBe(3)
    await expect(batchesOf(sealed)).rejects.toMatchObject({
      code: 'ERR_GROUP_KEY_MISSING',
      details: { keyId: toHex(group.keyId) },
    })
  })

  it('that is damaged in the middle gives what comes before', async () => {
    const bytes = encodeArchive({ metadata, messages: await said(12) })
    const batches: ArchiveBatch[] = []
    const read = async (): Promise<void> => {
      const cut = bytes.subarray(0, bytes.byteLength - 1)
      for await (const batch of openArchive(cut, { community, keys: none, batchSize: 4 })) batches.push(batch)
    }
    await expect(read()).rejects.toMatchObject({ code: 'ERR_ARCHIVE_INVALID' })
    expect(batches.map(({ messages }) => messages.length)).toEqual([4, 4])
  })

  it('stops where its signal says so, between two batches', async () => {
    const bytes = encodeArchive({ metadata, messages: await said(12) })
    const controller = new AbortController()
    const batches: ArchiveBatch[] = []
    const read = async (): Promise<void> => {
      for await (const batch of openArchive(bytes, {
        community,
        keys: none,
        batchSize: 4,
        signal: controller.signal,
      })) {
        batches.push(batch)
        controller.abort(new Error('enough'))
      }
    }
    await expect(read()).rejects.toThrow('enough')
    expect(batches.length).toBe(1)
  })

  it('lets others have their turn between batches', async () => {
    const bytes = encodeArchive({ metadata, messages: await said(8) })
    let turns = 0
    const { port1, port2 } = new MessageChannel()
    port1.addEventListener('message', () => {
      turns++
      port2.postMessage(undefined)
    })
    port1.start()
    port2.postMessage(undefined)
    await batchesOf(bytes, { batchSize: 2 })
    port1.close()
    expect(turns).toBeGreaterThanOrEqual(3)
  })
})
