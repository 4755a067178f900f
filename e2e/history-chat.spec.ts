import { expect } from '@playwright/test'
import { CommunityPage } from './fixtures/community-page.ts'
import { choose, messageOf, pictureOf, react, sendPicture } from './fixtures/message-steps.ts'
import { type OpenBrowser, test } from './fixtures/quire-test.ts'

const SENDING = 'Sending, as soon as somebody is there to take it'

test('two browsers talk, and one that comes later reads it all from the keeper', async ({ openBrowser }) => {
  test.setTimeout(120_000)
  const { ada, bea, link } = await adaAndBea(openBrowser)

  await ada.write('Who waters the beans?')
  await expect(messageOf(bea, 'Who waters the beans?')).toBeVisible()
  await bea.write('I shall, on Monday.')
  await expect(messageOf(ada, 'I shall, on Monday.')).toBeVisible()

  await choose(ada, 'I shall, on Monday.', 'Reply')
  await ada.field.fill('Thank you.')
  await ada.field.press('Enter')
  const answer = messageOf(bea, 'Thank you.')
  await expect(answer.locator('.reply-quote')).toContainText('I shall, on Monday.')

  await choose(bea, 'I shall, on Monday.', 'Edit')
  await bea.field.fill('I shall, on Tuesday.')
  await bea.field.press('Enter')
  await expect(messageOf(ada, 'I shall, on Tuesday.')).toContainText('edited')
  await expect(answer.locator('.reply-quote')).toContainText('I shall, on Tuesday.')

  await react(ada, 'I shall, on Tuesday.', 'Love')
  const reaction = messageOf(bea, 'I shall, on Tuesday.').getByRole('button', { name: /^Love/ })
  await expect(reaction).toContainText('Ada')
  await reaction.click()
  await expect(messageOf(ada, 'I shall, on Tuesday.').getByRole('button', { name: /^Love/ })).toContainText('2')

  await sendPicture(bea, 'The first bean')
  await expect(pictureOf(messageOf(ada, 'The first bean'))).toBeVisible()

  await ada.write('Said too soon')
  await expect(messageOf(bea, 'Said too soon')).toBeVisible()
  await choose(ada, 'Said too soon', 'Delete')
  await expect(messageOf(bea, 'Said too soon')).toHaveCount(0)
  await expect(bea.page.getByText('This message was deleted.')).toBeVisible()

  await Promise.all([ada, bea].map(({ page }) => page.close()))
  const cem = new CommunityPage(await openBrowser({ url: link, waitUntilReachable: false }))
  await expect(messageOf(cem, 'Who waters the beans?')).toBeVisible()
  await expect(messageOf(cem, 'I shall, on Tuesday.').getByRole('button', { name: /^Love/ })).toContainText('2')
  await expect(messageOf(cem, 'Thank you.').locator('.reply-quote')).toContainText('I shall, on Tuesday.')
  await expect(pictureOf(messageOf(cem, 'The first bean'))).toBeVisible()
  await expect(cem.page.getByText('This message was deleted.')).toBeVisible()
  await expect(messageOf(cem, 'Said too soon')).toHaveCount(0)
})

test('what is written while nobody is there is sent when somebody is, even after a reload', async ({
  openBrowser,
  keeper,
}) => {
  test.setTimeout(120_000)
  const { ada, bea } = await adaAndBea(openBrowser)
  await ada.write('All here')
  await expect(messageOf(bea, 'All here')).toBeVisible()
  await bea.page.close()
  await keeper.stop()

  await ada.write('Is anybody there?')
  await expect(messageOf(ada, 'Is anybody there?')).toContainText(SENDING)
  await keeper.restart()
  await expect(messageOf(ada, 'Is anybody there?')).not.toContainText(SENDING, { timeout: 40_000 })

  await keeper.stop()
  await ada.write('And now?')
  await expect(messageOf(ada, 'And now?')).toContainText(SENDING)
  await keeper.restart()
  await ada.page.reload()
  await expect(messageOf(ada, 'And now?')).toBeVisible()
  await expect(messageOf(ada, 'And now?')).not.toContainText(SENDING, { timeout: 40_000 })

  const cem = new CommunityPage(await openBrowser({ url: ada.page.url(), waitUntilReachable: false }))
  await expect(messageOf(cem, 'Is anybody there?')).toBeVisible()
  await expect(messageOf(cem, 'And now?')).toBeVisible()
})

/** The owner and a member of a community that is new, each with a name. */
async function adaAndBea(openBrowser: OpenBrowser): Promise<{ ada: CommunityPage; bea: CommunityPage; link: string }> {
  const ada = new CommunityPage(await openBrowser())
  await ada.create('Beans')
  await ada.writeAs('Ada')
  const link = await ada.link()
  const bea = new CommunityPage(await openBrowser({ url: link, waitUntilReachable: false }))
  await expect(bea.heading('Beans')).toBeVisible()
  await bea.writeAs('Bea')
  return { ada, bea, link }
}
