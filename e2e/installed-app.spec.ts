import { expect } from '@playwright/test'
import { violationsInBothColours } from './fixtures/axe.ts'
import { waitForContent } from './fixtures/content-address.ts'
import { test } from './fixtures/quire-test.ts'

test('the app can be installed: the browser finds nothing that is missing', async ({ openBrowser }) => {
  // With a profile of its own: a private window installs nothing.
  const quire = await openBrowser({ isOnDisk: true })
  await waitForContent(quire)
  const devTools = await quire.page.context().newCDPSession(quire.page)

  const { errors, url, data } = await devTools.send('Page.getAppManifest')

  expect(errors).toEqual([])
  expect(url).toMatch(/\/manifest\.webmanifest$/u)
  expect(JSON.parse(data ?? '')).toMatchObject({ name: 'Quire' })
  await expect.poll(async () => (await devTools.send('Page.getInstallabilityErrors')).installabilityErrors).toEqual([])
})

test('files that another app shares are added, once', async ({ openBrowser, makeFile, keeper }) => {
  const photo = await makeFile('the orchard, été.jpg', 300_000)
  const quire = await openBrowser({ waitUntilReachable: false })
  await waitForContent(quire)
  // The system posts a form, as this page does; the app’s own page may post none.
  const other = await quire.page.context().newPage()
  await other.setContent(
    `<form method="post" enctype="multipart/form-data" action="${new URL('/share', keeper.url).href}">
      <input type="file" name="files" multiple><button>Share</button></form>`,
  )
  await other.locator('input').setInputFiles(photo.path)
  await other.getByRole('button', { name: 'Share' }).press('Enter')

  await expect(other.getByRole('heading', { level: 2, name: photo.name })).toBeVisible()
  await expect(other.locator('.dataset-row')).toHaveCount(1)
  expect(other.url()).not.toContain('shared')
  expect(await violationsInBothColours(other)).toEqual([])
  await other.reload()
  await expect(other.locator('.dataset-row')).toHaveCount(1)
  await expect(other.getByText('What was shared did not reach Quire.')).toHaveCount(0)
})
