import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { ManualClock } from '../../history/testing/manual-clock.ts'
import type { HistoryDevice } from '../testing/history-device.ts'
import { createGardeners, HistoryDevices, START_MS } from '../testing/history-devices.ts'
import type { ImportView } from './history-views.ts'

const jsonLines = (texts: readonly string[]): File => {
  const lines = texts.map((text, i) => ({
    channel: 'roses',
    author: 'Ana',
    time: new Date(Date.UTC(2025, 4, 5, i)).toISOString(),
    text,
  }))
  return new File([lines.map((line) => JSON.stringify(line)).join('\n')], 'history.jsonl', { lastModified: 1 })
}

describe('a community of one’s own', () => {
  let devices: HistoryDevices
  let clock: ManualClock
  let owner: HistoryDevice

  beforeEach(async () => {
    devices = new HistoryDevices()
    clock = devices.clock
    owner = await devices.startOwner()
  })
  afterEach(() => devices.stop())

  it('takes an export in, with its channels, and shows it as the community’s word for others', async () => {
    const { id } = await createGardeners(owner)
    const imported = await owner.history.importFile(id, jsonLines(['Prune in March.', 'Mine have greenfly.']))
    expect(imported).toMatchObject({ state: { state: 'done' }, messageCount: 2, channelCount: 1, problemCount: 0 })
    const { channels } = await owner.until(id, ({ heldArchiveCount }) => heldArchiveCount === 1)
    const roses = channels.find(({ name }) => name === 'roses')?.id ?? ''
    expect(await owner.texts(id, roses, ({ length }) => length === 2)).toEqual([
      'Prune in March.',
      'Mine have greenfly.',
    ])
    const { rows } = await owner.history.timeline(id, { channelId: roses, anchor: { kind: 'newest' }, limit: 5 })
    expect(rows.at(-1)).toMatchObject({ signature: 'community', author: { name: 'Ana', isImported: true } })
    expect((await owner.history.search(id, { text: 'green', limit: 5 })).hits).toHaveLength(1)
  })

  it('leaves nothing of an import that is cancelled, and lists one that the file cannot be read for', async () => {
    const { id } = await createGardeners(owner)
    const controller = new AbortController()
    const cancelling = owner.history.importFile(id, jsonLines(['one']), { signal: controller.signal })
    controller.abort()
    await expect(cancelling).rejects.toMatchObject({ name: 'AbortError' })
    await expect(owner.history.importFile(id, new File(['no export'], 'x.txt'))).rejects.toMatchObject({
      code: 'ERR_IMPORT_UNKNOWN',
    })
    const imports = await new Promise<readonly ImportView[]>((resolve) => {
      owner.history.watch((change) => change.type === 'imports' && resolve(change.imports))
    })
    expect(imports.map(({ state }) => state.state)).toEqual(['cancelled', 'failed'])
    expect(await owner.history.archives(id)).toEqual([])
    for (const each of imports) await owner.history.dismissImport(each.id)
  })

  it('is read by members who were handed its key, and by nobody else', async () => {
    const { id, channelId } = await createGardeners(owner, { isEncrypted: true })
    await owner.history.send(id, channelId, { text: 'secret' })
    await clock.advance(60_000)
    await owner.history.publishNow(id)
    const member = await devices.start('member')
    await member.history.follow(id)
    const blind = await member.until(
      id,
      ({ missingKeyIds, linkClockMs }) => missingKeyIds.length > 0 && linkClockMs !== undefined,
    )
    expect(blind).toMatchObject({ isEncrypted: true, heldArchiveCount: 0 })
    expect(await member.texts(id, channelId, () => true)).toEqual([])
    await member.history.addGroupKey(id, await owner.history.groupKeys(id))
    await member.until(
      id,
      ({ heldArchiveCount, missingKeyIds }) => heldArchiveCount === 1 && missingKeyIds.length === 0,
    )
    expect(await member.texts(id, channelId, ({ length }) => length === 1)).toEqual(['secret'])
  })

  it('says which key is missing to a member who gives it the key of another community', async () => {
    const { id, channelId } = await createGardeners(owner, { isEncrypted: true })
    const other = await createGardeners(owner, { isEncrypted: true })
    await owner.history.send(id, channelId, { text: 'secret' })
    const member = await devices.start('member')
    await member.history.follow(id)
    const { missingKeyIds } = await member.until(id, (view) => view.missingKeyIds.length > 0)
    const foreign = await owner.history.groupKeys(other.id)
    await expect(member.history.addGroupKey(id, foreign)).rejects.toMatchObject({
      code: 'ERR_GROUP_KEY_INVALID',
      message: expect.stringContaining(missingKeyIds[0] ?? 'no key'),
    })
    expect((await member.until(id, () => true)).missingKeyIds).toEqual(missingKeyIds)
    await member.history.follow(other.id)
    expect(await member.history.groupKeys(other.id)).not.toContain('key:')
    await member.history.addGroupKey(id, await owner.history.groupKeys(id))
    expect(await member.texts(id, channelId, ({ length }) => length === 1)).toEqual(['secret'])
  })

  it('moves to another device with its key, which publishes from there', async () => {
    const { id, channelId } = await createGardeners(owner)
    await owner.history.send(id, channelId, { text: 'one' })
    const text = await owner.history.exportKey(id, { passphrase: 'correct horse' })
    const other = await devices.start('other')
    await expect(other.history.importKey(text, { passphrase: 'wrong' })).rejects.toMatchObject({
      code: 'ERR_PASSPHRASE_WRONG',
    })
    expect(await other.history.importKey(text, { passphrase: 'correct horse' })).toEqual({ what: id })
    await other.until(id, ({ isOwner, name }) => isOwner && name === 'Gardeners')
    await other.texts(id, channelId, ({ length }) => length === 1)
    await clock.advance(60_000)
    await other.history.publishNow(id)
    await owner.until(id, ({ heldArchiveCount }) => heldArchiveCount === 1)
    await other.history.forgetKey(id)
    await expect(other.history.publishNow(id)).rejects.toMatchObject({ code: 'ERR_NOT_OWNER' })
  })

  it('keeps what was edited, deleted, pinned and answered with an emoji, for all to see', async () => {
    const { id, channelId } = await createGardeners(owner)
    const [kept, gone] = [
      await owner.history.send(id, channelId, { text: 'kept' }),
      await owner.history.send(id, channelId, { text: 'gone' }),
    ]
    await owner.history.edit(id, kept.id, 'better')
    await owner.history.react(id, kept.id, { type: 2, isRetracted: false })
    await owner.history.pin(id, kept.id, true)
    await owner.history.remove(id, gone.id)
    const member = await devices.start('member')
    await member.history.follow(id)
    await member.texts(id, channelId, (texts) => texts.join() === 'better,(deleted)')
    expect(await member.history.pinned(id, channelId)).toMatchObject([
      { text: 'better', isEdited: true, reactions: [{ emoji: '👍', count: 1 }] },
    ])
    await expect(owner.history.edit(id, `0x${'00'.repeat(32)}`, 'x')).rejects.toMatchObject({
      code: 'ERR_MESSAGE_NOT_FOUND',
    })
  })

  it('is described anew by its owner, and saved as a page', async () => {
    const { id, channelId } = await createGardeners(owner)
    await owner.history.send(id, channelId, { text: 'to be kept' })
    const channels = [{ id: channelId, name: 'talk' }, { name: 'roses' }]
    const described = await owner.history.describe(id, { name: 'Growers', color: '#A63D2F', channels })
    expect(described).toMatchObject({
      name: 'Growers',
      color: '#a63d2f',
      channels: [{ id: channelId, name: 'talk' }, { name: 'roses' }],
    })
    const span = { fromMs: START_MS - 1_000, toMs: START_MS + 1_000, format: 'html' as const }
    const page = await owner.history.exportSpan(id, span)
    expect(await page.text()).toContain('to be kept')
    await expect(owner.history.exportSpan(id, { ...span, toMs: 0 })).rejects.toMatchObject({
      code: 'ERR_OPTION_INVALID',
    })
  })

  it('refuses what a message cannot hold, with one code each', async () => {
    const { id, channelId } = await createGardeners(owner)
    await expect(owner.history.send(id, channelId, { text: ' ' })).rejects.toMatchObject({ code: 'ERR_OPTION_INVALID' })
    await expect(owner.history.send(id, channelId, { text: 'x'.repeat(4_097) })).rejects.toMatchObject({
      code: 'ERR_MESSAGE_TOO_LONG',
    })
    const images = [new Blob(['no picture'])]
    await expect(owner.history.send(id, channelId, { text: '', images })).rejects.toMatchObject({
      code: 'ERR_OPTION_INVALID',
    })
    await expect(owner.history.send(id, `${id}nowhere`, { text: 'x' })).rejects.toMatchObject({
      code: 'ERR_OPTION_INVALID',
    })
    await expect(owner.history.send('0x02', channelId, { text: 'x' })).rejects.toMatchObject({
      code: 'ERR_COMMUNITY_NOT_FOUND',
    })
  })
})
