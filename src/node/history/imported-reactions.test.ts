import { afterEach, beforeEach, expect, it } from 'vitest'
import { createGardeners, HistoryDevices } from '../testing/history-devices.ts'

let devices: HistoryDevices

beforeEach(() => {
  devices = new HistoryDevices()
})
afterEach(() => devices.stop())

it('shows a member how many reacted where a message was imported from, and adds who reacts here', async () => {
  const owner = await devices.startOwner()
  const { id } = await createGardeners(owner)
  const said = { channel: 'roses', author: 'Ana', time: '2025-05-05T10:00:00Z', text: 'Prune in March.' }
  const reactions = [
    { emoji: '👍', count: 12 },
    { emoji: '👌', count: 3 },
    { emoji: '🎉', count: 2 },
  ]
  await owner.history.importFile(id, new File([JSON.stringify({ ...said, reactions })], 'history.jsonl'))
  const member = await devices.start('member')
  await member.history.follow(id)
  const { channels } = await member.until(id, ({ heldArchiveCount }) => heldArchiveCount === 1)
  const roses = channels.find(({ name }) => name === 'roses')?.id ?? ''
  await member.texts(id, roses, ({ length }) => length === 1)
  const newest = async () => {
    const query = { channelId: roses, anchor: { kind: 'newest' }, limit: 5 } as const
    const row = (await member.history.timeline(id, query)).rows.at(-1)
    return row?.kind === 'message' ? row : undefined
  }
  expect((await newest())?.reactions).toEqual([{ emoji: '👍', type: 2, count: 15, isOwn: false, names: [] }])
  await member.history.setPerson({ displayName: 'Bo' })
  await member.history.react(id, (await newest())?.id ?? '', { type: 2, isRetracted: false })
  expect((await newest())?.reactions).toMatchObject([{ count: 16, isOwn: true }])
})
