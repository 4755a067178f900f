import { expect } from '@playwright/test'
import { crash } from './fixtures/crash.ts'
import { test } from './fixtures/quire-test.ts'

const MIB = 1 << 20
/** A killed tab says no goodbye: the heartbeat allows 5 s of silence, and a poll of the page takes a moment. */
const NOTICED_AFTER_MS = 12_000

test('a killed tab is seen as gone within seconds, and its file is fetched on from another holder', async ({
  openBrowser,
  makeFile,
}) => {
  const file = await makeFile('two-holders.bin', 6 * MIB)
  const [a, b] = [await openBrowser(), await openBrowser()]
  const link = await a.share(file.path, file.name)
  await b.fetch(link)
  await b.waitUntilComplete(file.name)
  expect(await b.connections()).toContain('WebRTC, direct')

  await b.page.getByRole('link', { name: 'Network' }).first().click()
  await crash(a.page)
  const killedAt = performance.now()

  await expect(b.page.locator('.peers').getByText('WebRTC, direct')).toHaveCount(0, { timeout: NOTICED_AFTER_MS })
  test.info().annotations.push({ type: 'noticed after', description: `${Math.round(performance.now() - killedAt)} ms` })
  process.stdout.write(`    a killed tab was noticed after ${Math.round(performance.now() - killedAt)} ms\n`)

  const c = await openBrowser({ url: link })
  await c.waitUntilComplete(file.name)
  expect((await c.save(file.name)).sha256).toBe(file.sha256)
})
