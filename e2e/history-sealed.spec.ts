import { type Locator, expect } from '@playwright/test'
import { CommunityPage } from './fixtures/community-page.ts'
import { messageOf } from './fixtures/message-steps.ts'
import { test } from './fixtures/quire-test.ts'

const SECRET = 'The gate’s number is 4711.'

test('a member reads an encrypted community with its key, and without it learns which one is missing', async ({
  openBrowser,
}) => {
  test.setTimeout(120_000)
  const ada = new CommunityPage(await openBrowser())
  await ada.create('Allotments', 'general', { isEncrypted: true })
  await expect((await ada.panel('Details')).getByText('Only those who have its key can read it')).toBeVisible()
  await ada.writeAs('Ada')
  await ada.write(SECRET)
  await ada.publish()
  const link = await ada.link()

  const bea = new CommunityPage(await openBrowser({ url: link, waitUntilReachable: false }))
  await expect(bea.heading('Allotments')).toBeVisible()
  await expect(bea.page.getByText('This community is encrypted: 1 key missing here.')).toBeVisible()
  await expect(bea.page.getByText('What was written is encrypted')).toBeVisible()
  expect(await textsOf(bea)).not.toContain('4711')
  await expect((await bea.panel('Details')).getByText('Only those who have its key can read it')).toBeVisible()
  await expect((await bea.panel('Archives')).getByText('The list of archives is encrypted')).toBeVisible()
  const keys = await bea.panel('Keys')
  await expect(keys.getByRole('heading', { name: '1 key missing' })).toBeVisible()
  await expect(keys.getByRole('listitem')).toHaveText(/[0-9a-f]{8}/)

  await addKey(keys, 'beans')
  await expect(keys.getByRole('alert')).toBeVisible()
  expect(await textsOf(bea)).not.toContain('4711')
  await addKey(keys, await keysOf(ada))

  await expect(messageOf(bea, SECRET)).toBeVisible()
  await expect(bea.page.getByText(/key missing/)).toHaveCount(0)
  await expect(keys.getByText('All that is here can be read.')).toBeVisible()
  await expect((await bea.panel('Archives')).getByText('Here, checked')).toBeVisible()
  await bea.writeAs('Bea')
  await bea.write('Noted.')
  await expect(messageOf(ada, 'Noted.')).toBeVisible()
})

async function keysOf(owner: CommunityPage): Promise<string> {
  const side = await owner.panel('Keys')
  await side.getByRole('button', { name: 'Show the keys' }).click()
  return side.getByRole('textbox', { name: 'Keys' }).inputValue()
}

async function addKey(side: Locator, text: string): Promise<void> {
  await side.getByLabel('Text of the key').fill(text)
  await side.getByRole('button', { name: 'Add the key' }).click()
}

async function textsOf({ page }: CommunityPage): Promise<string> {
  return page.locator('body').innerText()
}
