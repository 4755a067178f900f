import { expect } from '@playwright/test'
import { violationsOn } from './fixtures/axe.ts'
import { CommunityPage } from './fixtures/community-page.ts'
import { messageOf, react, sendPicture } from './fixtures/message-steps.ts'
import { test } from './fixtures/quire-test.ts'

for (const colorScheme of ['light', 'dark'] as const) {
  test(`axe finds nothing in a running community and its panels (${colorScheme})`, async ({ openBrowser }) => {
    test.setTimeout(120_000)
    const ada = new CommunityPage(await openBrowser())
    const { page } = ada
    await page.emulateMedia({ colorScheme })
    await page.getByRole('link', { name: 'Communities' }).first().click()
    await expect(page.getByRole('button', { name: 'Create a community' })).toBeVisible()
    expect(await violationsOn(page)).toEqual([])

    await ada.create('Allotments', 'general, seeds', { isEncrypted: true })
    expect(await violationsOn(page)).toEqual([])
    await ada.writeAs('Ada')
    await ada.field.fill('**Beans** and `peas`, see https://example.org/beans\n> quoted\n```\ncode\n```')
    await ada.field.press('Enter')
    await react(ada, 'peas', 'Love')
    await sendPicture(ada, 'The first bean')
    await ada.publish()
    for (const panel of ['Details', 'Archives', 'Share', 'Publish', 'Import', 'Keys'] as const) {
      await ada.panel(panel)
      expect(await violationsOn(page), panel).toEqual([])
    }
    await page.getByRole('complementary').getByRole('button', { name: 'Close' }).click()

    await page.getByRole('button', { name: /open the calendar$/ }).click()
    await expect(page.getByRole('group', { name: /^Days of/ })).toBeVisible()
    expect(await violationsOn(page), 'calendar').toEqual([])
    await page.keyboard.press('Escape')
    await page.getByRole('button', { name: 'Search', exact: true }).click()
    await page.getByRole('searchbox').fill('bean')
    await expect(page.locator('mark').first()).toBeVisible()
    expect(await violationsOn(page), 'search').toEqual([])
  })
}

test('a community is made, written in, searched and its link shown by keyboard alone', async ({ openBrowser }) => {
  const ada = new CommunityPage(await openBrowser())
  const { page } = ada
  await page.getByRole('link', { name: 'Communities' }).first().press('Enter')
  await page.getByRole('button', { name: 'Create a community' }).press('Enter')
  await expect(page.getByRole('dialog').getByLabel('Name', { exact: true })).toBeFocused()
  await page.keyboard.type('Beans')
  await page.keyboard.press('Enter')
  await expect(ada.heading('Beans')).toBeVisible()
  await expect(page.getByText('Be the first to write.')).toBeVisible()

  await page.getByPlaceholder('Your name here').focus()
  await page.keyboard.type('Ada')
  await page.keyboard.press('Enter')
  await ada.field.focus()
  await page.keyboard.type('Who waters the beans?')
  await page.keyboard.press('Enter')
  await expect(messageOf(ada, 'Who waters the beans?')).toBeVisible()

  await messageOf(ada, 'Who waters the beans?').focus()
  await page.keyboard.press('r')
  await expect(page.getByRole('textbox', { name: 'Answer Ada' })).toBeFocused()
  await page.keyboard.type('I do.')
  await page.keyboard.press('Enter')
  await expect(messageOf(ada, 'I do.').locator('.reply-quote')).toContainText('Who waters the beans?')
  await page.keyboard.press('ArrowUp')
  await expect(page.getByRole('textbox', { name: 'Change your message' })).toHaveValue('I do.')
  await page.keyboard.press('Escape')

  await messageOf(ada, 'I do.').focus()
  await page.keyboard.press('Enter')
  await expect(page.getByRole('menuitemcheckbox', { name: 'Love' })).toBeFocused()
  await page.keyboard.press('ArrowRight')
  await page.keyboard.press('Enter')
  await expect(messageOf(ada, 'I do.').getByRole('button', { name: /^Thumbs up/ })).toBeVisible()

  await page.getByRole('button', { name: 'Search', exact: true }).press('Enter')
  await expect(page.getByRole('searchbox')).toBeFocused()
  await page.keyboard.type('water')
  await expect(page.locator('mark').first()).toBeVisible()
  await page.keyboard.press('Escape')
  await expect(page.getByRole('searchbox')).toHaveCount(0)

  await page.getByRole('button', { name: 'Share', exact: true }).first().press('Enter')
  await expect(page.getByRole('complementary').getByRole('textbox', { name: 'Link', exact: true })).toHaveValue(
    /0x0[23]/,
  )
  await page.getByRole('complementary').getByRole('link', { name: 'Details', exact: true }).press('Enter')
  await expect(page.getByLabel('At most, in gigabytes')).toHaveValue('2.15')
})
