import { type FileChooser, expect } from '@playwright/test'
import { violationsOn } from './fixtures/axe.ts'
import { test } from './fixtures/quire-test.ts'

for (const colorScheme of ['light', 'dark'] as const) {
  test(`axe finds nothing on any place of the running page (${colorScheme})`, async ({ openBrowser, makeFile }) => {
    const file = await makeFile('a file with a long name, to see how it is cut in the middle.bin', 100_000)
    const a = await openBrowser()
    await a.page.emulateMedia({ colorScheme })
    expect(await violationsOn(a.page)).toEqual([])

    await a.share(file.path, file.name)
    expect(await violationsOn(a.page)).toEqual([])

    for (const place of ['Network', 'Settings']) {
      await a.page.getByRole('link', { name: place }).first().click()
      await expect(a.page.getByRole('heading', { level: 1, name: place })).toBeVisible()
      expect(await violationsOn(a.page)).toEqual([])
    }
  })
}

test('a file is added, its link copied and it is deleted by keyboard alone', async ({ openBrowser, makeFile }) => {
  const file = await makeFile('by-keyboard.txt', 1000)
  const a = await openBrowser()
  const choosers: FileChooser[] = []
  // First, and with a round trip after it: a key that comes before the browser knows that the test takes the picker opens its own.
  a.page.on('filechooser', (chooser) => choosers.push(chooser))
  await a.page.context().grantPermissions(['clipboard-read', 'clipboard-write'])

  await a.page.keyboard.press('u')
  await expect.poll(() => choosers.length).toBe(1)
  await choosers[0]?.setFiles(file.path)
  await a.waitUntilComplete(file.name)

  await a.page.getByRole('button', { name: 'Copy link' }).press('Enter')
  expect(await a.page.evaluate(() => navigator.clipboard.readText())).toMatch(/#\/zDv\w+\?maddrs=/)

  await a.page.getByRole('button', { name: 'Delete from this device' }).press('Enter')
  await a.page.getByRole('dialog').getByRole('button', { name: 'Delete', exact: true }).press('Enter')
  await expect(a.page.locator('.dataset-row')).toHaveCount(0)
})
