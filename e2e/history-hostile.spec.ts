import { expect } from '@playwright/test'
import { encodeCommunityLink, parseCommunityLink } from '../src/codec/community-link.ts'
import { WEEK_MS } from '../src/history/clock.ts'
import type { CommunityId } from '../src/history/ids.ts'
import { CommunityForger } from './fixtures/community-forger.ts'
import { CommunityPage } from './fixtures/community-page.ts'
import { HostileHistoryPeer } from './fixtures/hostile-history-peer.ts'
import { messageOf } from './fixtures/message-steps.ts'
import { test as base } from './fixtures/quire-test.ts'

const test = base.extend<{ hostile: HostileHistoryPeer }>({
  hostile: async ({}, use) => {
    const peer = await HostileHistoryPeer.start()
    await use(peer)
    await peer.stop()
  },
})

test('a member among forgers reads what the owner signed, and nothing else', async ({
  openBrowser,
  keeper,
  hostile,
}) => {
  test.setTimeout(120_000)
  const ada = new CommunityPage(await openBrowser())
  await ada.create('Roses')
  await ada.writeAs('Ada')
  await ada.write('The roses are out.')
  await ada.publish()
  const { community: id, envelope: oldLink } = parseCommunityLink(await ada.link())
  const oldIndex = await indexOf(ada)
  await ada.write('The tulips, too.')
  await ada.publish()
  await expect.poll(() => indexOf(ada)).not.toBe(oldIndex)
  const community = id as CommunityId

  const channel = await channelOf(ada)
  const messageId = (await messageOf(ada, 'The roses are out.').getAttribute('data-row')) ?? ''
  const mallory = await CommunityForger.create({ community, channel })
  const soon = Date.now() + 60_000
  const forgedArchive = await hostile.serveArchive(community, 1, [
    await mallory.archived(await mallory.imported('Forged')),
  ])
  const forgedLink = await mallory.link(await hostile.serveIndex(community, [forgedArchive]), soon)
  const description = await mallory.description('Forged')
  const envelopes = await Promise.all([
    mallory.imported('Forged import'),
    mallory.edit(messageId, 'Forged change'),
    mallory.deletion(messageId),
  ])
  hostile.answerFor(community, { link: forgedLink, description, envelopes: [...envelopes, new Uint8Array(300)] })

  const link = encodeCommunityLink(keeper.url, { community, addresses: [hostile.address], envelope: forgedLink })
  const bea = new CommunityPage(await openBrowser({ url: link, waitUntilReachable: false }))
  await expect(messageOf(bea, 'The tulips, too.')).toBeVisible()
  await expect(messageOf(bea, 'The roses are out.')).toBeVisible()
  expect(hostile.answeredCount).toBeGreaterThan(1)
  await expect.poll(() => hostile.say(community, oldLink ?? new Uint8Array())).toBeGreaterThan(0)
  // What is rejected counts against her, so that at last nothing of hers is read.
  for (const envelope of [...envelopes, description, forgedLink]) await hostile.say(community, envelope)
  await ada.write('And the lilies.')
  await expect(messageOf(bea, 'And the lilies.')).toBeVisible()

  await expect(bea.heading('Roses')).toBeVisible()
  await expect(messageOf(bea, 'The roses are out.')).not.toContainText('edited')
  await expect(bea.page.getByText('Forged')).toHaveCount(0)
  await expect(bea.page.locator('li.message')).toHaveCount(3)
  expect(await indexOf(bea)).toBe(await indexOf(ada))
})

test('a member whose owner’s key was stolen reads the archives that are whole, and is told of the others', async ({
  openBrowser,
  keeper,
  hostile,
}) => {
  test.setTimeout(120_000)
  const owner = await CommunityForger.create()
  const other = await CommunityForger.create()
  const { community } = owner
  const atMs = Date.now() - WEEK_MS
  const whole = await hostile.serveArchive(community, 1, [await owner.archived(await owner.text('Whole', atMs))])
  const damaged = await hostile.serve(new TextEncoder().encode('This is no archive.'))
  const swapped = await hostile.serveArchive(other.community, 3, [
    await other.archived(await other.text('Swapped', atMs)),
  ])
  const index = await hostile.serveIndex(community, [whole, damaged, swapped, await hostile.serveHuge()])
  const description = await owner.description('Roses')
  hostile.answerFor(community, { link: await owner.link(index), description })

  const link = encodeCommunityLink(keeper.url, { community, addresses: [hostile.address] })
  const bea = new CommunityPage(await openBrowser({ url: link, waitUntilReachable: false }))
  await expect(bea.heading('Roses')).toBeVisible()
  await expect(messageOf(bea, 'Whole')).toBeVisible()
  const rows = (await bea.panel('Archives')).locator('.archive-row')
  await expect(rows).toHaveCount(4)
  await expect(rows.nth(0)).toContainText('Here, checked')
  await expect(rows.nth(1)).toContainText('Damaged at its source')
  await expect(rows.nth(3)).toContainText('Damaged at its source')
  await expect(bea.page.getByText('Swapped')).toHaveCount(0)

  const nonsense = await owner.link(await hostile.serve(new TextEncoder().encode('This is no index.')))
  await expect.poll(() => hostile.say(community, nonsense)).toBeGreaterThan(0)
  await expect(bea.page.getByText('The history could not be fetched')).toBeVisible()
  await expect(messageOf(bea, 'Whole')).toBeVisible()
  await hostile.say(community, await owner.text('Said after it all'))
  await expect(messageOf(bea, 'Said after it all')).toBeVisible()
  // What was forged above counts from those who may say it.
  await hostile.say(community, await owner.imported('Brought in'))
  await expect(messageOf(bea, 'Brought in')).toBeVisible()
  const messageId = (await messageOf(bea, 'Said after it all').getAttribute('data-row')) ?? ''
  await hostile.say(community, await owner.edit(messageId, 'Changed by its author'))
  await expect(messageOf(bea, 'Changed by its author')).toBeVisible()
})

async function indexOf(community: CommunityPage): Promise<string> {
  const side = await community.panel('Details')
  const text = await side
    .getByRole('button', { name: /^Copy Index CID/ })
    .locator('.copyable-whole')
    .textContent()
  return text ?? 'no index'
}

async function channelOf({ page }: CommunityPage): Promise<string> {
  const href = await page.getByRole('navigation', { name: 'Channels' }).getByRole('link').first().getAttribute('href')
  return /0x[0-9a-f]{66}\/([\w-]+)/.exec(href ?? '')?.[1] ?? ''
}
