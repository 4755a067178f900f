import { expect } from '@playwright/test'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { CommunityPage } from './fixtures/community-page.ts'
import { writeDiscordExport } from './fixtures/discord-export.ts'
import { KeeperProcess } from './fixtures/keeper-process.ts'
import { test } from './fixtures/quire-test.ts'
import { copyAppWithClock } from './fixtures/worker-clock.ts'

const NAME = 'Gardeners of the north'
const idOf = (link: string): string => /0x0[23][0-9a-f]{64}/.exec(link)?.[0] ?? ''

const withClock = test.extend<{ keeper: KeeperProcess }>({
  keeper: async ({}, use) => {
    const appDir = await copyAppWithClock()
    const keeper = await KeeperProcess.start({ args: ['--app-dir', appDir] })
    await use(keeper)
    await keeper.remove()
    await rm(appDir, { recursive: true, force: true })
  },
})

test('an owner writes and publishes; a member opens the link in another browser and reads', async ({ openBrowser }) => {
  const owner = new CommunityPage(await openBrowser())
  await owner.create(NAME)
  await owner.writeAs('Ada')
  await owner.write('The roses are out.')
  await owner.publish()
  const link = await owner.link()

  const member = new CommunityPage(await openBrowser({ url: link, waitUntilReachable: false }))

  await expect(member.heading(NAME)).toBeVisible()
  await expect(member.message('The roses are out.')).toBeVisible()
  await owner.write('And the tulips.')
  await expect(member.message('And the tulips.')).toBeVisible()
})

withClock(
  'an imported history outlives its owner’s browser, and goes on three weeks later',
  async ({ openBrowser }) => {
    withClock.setTimeout(240_000)
    const folder = await mkdtemp(join(tmpdir(), 'quire-export-'))
    const path = join(folder, 'roses.json')
    const texts = ['Prune them in March.', 'Mine have greenfly again.', 'Try ladybirds.']
    await writeDiscordExport(path, { channel: 'roses', startMs: Date.UTC(2025, 4, 5), texts })

    const owner = new CommunityPage(await openBrowser({ daysAgo: 23 }))
    await owner.create(NAME)
    await owner.importFile(path, '3 messages')
    await expect(owner.heading(NAME)).toBeVisible()
    const link = await owner.link()
    const member = new CommunityPage(await openBrowser({ url: link, waitUntilReachable: false }))
    await member.chooseChannel('roses')
    await expect(member.message('Try ladybirds.')).toBeVisible()
    await owner.leave()

    const newcomer = new CommunityPage(await openBrowser({ daysAgo: 22 }))
    await newcomer.follow(idOf(link))
    await newcomer.chooseChannel('roses')
    await expect(newcomer.message('Prune them in March.')).toBeVisible()
    await newcomer.writeAs('Bea')
    for (const [daysAgo, text] of [
      [22, 'First week'],
      [15, 'Second week'],
      [8, 'Third week'],
    ] as const) {
      await newcomer.returnOn(daysAgo)
      await newcomer.write(text)
      await expect(member.message(text)).toBeVisible()
    }
    const side = await member.panel('Archives')
    await expect(side.locator('.archive-row')).toHaveCount(1)

    await owner.page.goto(link)
    await expect(owner.heading(NAME)).toBeVisible()

    await expect(side.locator('.archive-row')).toHaveCount(4, { timeout: 60_000 })
    await expect(side.getByText('4 archives', { exact: true })).toBeVisible()
  },
)
