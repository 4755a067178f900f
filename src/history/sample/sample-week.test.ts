import { describe, expect, it } from 'vitest'
import { encodeArchive } from '../../codec/history/archive.ts'
import { communityIdOf, loadSecp256k1 } from '../crypto/secp256k1.ts'
import { allOf } from '../imports/testing/all-of.ts'
import { openArchive } from '../message/open-archive.ts'
import type { SampleInit } from './sample-message.ts'
import { NAME_COUNT, nameOf } from './sample-names.ts'
import { samplePlan, weekStartMs, weeklyCounts } from './sample-plan.ts'
import { sampleWeek } from './sample-week.ts'
import { SampleSigner, sampleKey } from './sign-week.ts'

const INIT: SampleInit = {
  seed: 'test',
  messages: 8000,
  weeks: 10,
  channels: 50,
  persons: 80,
  endMs: Date.UTC(2024, 0, 1),
}

describe('a sample community', () => {
  it('is the same for the same seed, week by week in any order, and another for another', () => {
    expect(sampleWeek(INIT, 7)).toEqual(sampleWeek(INIT, 7))
    expect(samplePlan(INIT)).toEqual(samplePlan(INIT))
    expect(sampleWeek({ ...INIT, seed: 'other' }, 7)).not.toEqual(sampleWeek(INIT, 7))
    expect(sampleWeek(INIT, 6)).not.toEqual(sampleWeek(INIT, 7))
  })

  it('has as many chat messages, weeks and channels as it is asked for, and what is done to them on top', () => {
    const counts = weeklyCounts(INIT)
    expect(counts).toHaveLength(INIT.weeks)
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(INIT.messages)
    const week = sampleWeek(INIT, 9)
    expect(week.filter(({ kind }) => kind === 'chat')).toHaveLength(counts[9] ?? 0)
    expect(week.length).toBeGreaterThan(1.1 * (counts[9] ?? 0))
    expect(week.map(({ atMs }) => atMs)).toEqual(week.map(({ atMs }) => atMs).toSorted((a, b) => a - b))
    expect(new Set(samplePlan(INIT).channels.map(({ uuid }) => uuid)).size).toBe(50)
    expect(new Set(week.map(({ channel }) => channel)).size).toBeGreaterThan(30)
    for (const { atMs } of week) {
      expect(atMs).toBeGreaterThanOrEqual(weekStartMs(INIT, 9))
      expect(atMs).toBeLessThan(weekStartMs(INIT, 10))
    }
  })

  it('speaks in the evening more than at night, in turns, with everything that people do', () => {
    const messages = Array.from({ length: INIT.weeks }, (_, week) => sampleWeek(INIT, week)).flat()
    const at = (hours: readonly number[]): number =>
      messages.filter(({ atMs }) => hours.includes(new Date(atMs).getUTCHours())).length
    expect(at([18, 19, 20])).toBeGreaterThan(5 * at([2, 3, 4]))
    const kinds = new Map<string, number>()
    for (const { kind } of messages) kinds.set(kind, (kinds.get(kind) ?? 0) + 1)
    expect([...kinds.keys()].sort()).toEqual(['chat', 'delete', 'edit', 'pin', 'reaction'])
    const chats = messages.flatMap((message) => (message.kind === 'chat' ? [message] : []))
    expect(chats).toHaveLength(INIT.messages)
    expect(chats.filter(({ replyTo }) => replyTo !== undefined).length).toBeGreaterThan(chats.length * 0.15)
    expect(chats.filter(({ image }) => image !== undefined).length).toBeGreaterThan(8)
    expect(new Set(chats.map(({ text }) => text)).size).toBeGreaterThan(chats.length * 0.5)
  })

  it('has words that come up all the time and words that hardly ever do', () => {
    const messages = Array.from({ length: INIT.weeks }, (_, week) => sampleWeek(INIT, week)).flat()
    const counts = new Map<string, number>()
    for (const message of messages) {
      const words = message.kind === 'chat' ? new Set(message.text.toLowerCase().match(/\p{L}+/gu)) : []
      for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1)
    }
    expect(counts.get('the')).toBeGreaterThan(INIT.messages / 4)
    expect([...counts.values()].filter((count) => count <= 2).length).toBeGreaterThan(200)
    expect(new Set(Array.from({ length: NAME_COUNT }, (_, rank) => nameOf(rank))).size).toBe(NAME_COUNT)
  })

  it('is signed by its people, and every message opens', async () => {
    const curve = await loadSecp256k1()
    const community = communityIdOf(curve, sampleKey(curve, INIT.seed, 'community').publicKey)
    const signer = new SampleSigner(curve, { community, init: INIT, plan: samplePlan(INIT) })
    const week = sampleWeek(INIT, 0)
    const messages = signer.sign(week)
    expect(signer.sign(week)).toEqual(messages)
    const metadata = { version: 0, fromSeconds: 0, toSeconds: INIT.endMs / 1000, contentTopics: [] }
    const opened = await allOf(
      openArchive(encodeArchive({ metadata, messages }), { community, keys: { get: () => undefined } }),
    )
    expect(opened.at(-1)?.counts).toMatchObject({ opened: week.length, ignored: 0 })
    const all = opened.flatMap((batch) => batch.messages)
    expect(all.every(({ signedBy }) => signedBy === 'author')).toBe(true)
    const ids = new Set<string>(all.map(({ id }) => id))
    const replies = all.flatMap(({ body }) => (body.kind === 'chat' && body.chat.responseTo !== '' ? [body.chat] : []))
    expect(replies.length).toBeGreaterThan(20)
    expect(replies.every(({ responseTo }) => ids.has(responseTo))).toBe(true)
  })

  it('has pictures that a browser can open', () => {
    const picture = Array.from({ length: INIT.weeks }, (_, week) => sampleWeek(INIT, week))
      .flat()
      .flatMap((message) => (message.kind === 'chat' && message.image !== undefined ? [message.image] : []))[0]
    const view = new DataView(picture?.png.buffer ?? new ArrayBuffer(0), picture?.png.byteOffset)
    expect(Array.from(picture?.png.subarray(1, 4) ?? [])).toEqual([0x50, 0x4e, 0x47])
    expect([view.getUint32(16), view.getUint32(20)]).toEqual([picture?.width, picture?.height])
    expect(picture?.png.byteLength).toBeLessThan(4000)
  })
})
