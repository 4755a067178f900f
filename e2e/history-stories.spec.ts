import { expect } from '@playwright/test'
import { CommunityPage } from './fixtures/community-page.ts'
import { test } from './fixtures/quire-test.ts'

test('an owner writes and publishes; a member opens the link in another browser and reads', async ({ openBrowser }) => {
  const owner = new CommunityPage(await openBrowser())
  await owner.create('Gardeners of the north')
  await owner.writeAs('Ada')
  await owner.write('The roses are out.')
  await owner.publish()
  const link = await owner.link()

  const member = new CommunityPage(await openBrowser({ url: link }))

  await expect(member.heading('Gardeners of the north')).toBeVisible()
  await expect(member.message('The roses are out.')).toBeVisible()
  await owner.write('And the tulips.')
  await expect(member.message('And the tulips.')).toBeVisible()
})
