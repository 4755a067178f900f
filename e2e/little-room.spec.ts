import { expect } from '@playwright/test'
import { test } from './fixtures/quire-test.ts'

const MIB = 1 << 20

test('a browser that runs full during a fetch lets go of what is not pinned, keeps what is, and goes on', async ({
  openBrowser,
  makeFile,
}) => {
  const [own, old, wanted] = [
    await makeFile('own.bin', 2 * MIB),
    await makeFile('old.bin', 16 * MIB),
    await makeFile('wanted.bin', 16 * MIB),
  ]
  const a = await openBrowser()
  const oldLink = await a.share(old.path, old.name)
  const wantedLink = await a.share(wanted.path, wanted.name)
  const b = await openBrowser()
  await b.share(own.path, own.name)
  await b.fetch(oldLink)
  await b.waitUntilComplete(old.name)
  // A disk that others fill: less is left than is here already.
  const { origin } = new URL(oldLink)
  await b.limitQuota(origin, 17 * MIB)

  await b.fetch(wantedLink)

  await expect(b.page.getByText(/^To make room, “old\.bin”/)).toBeVisible()
  await expect(b.row(old.name)).toHaveCount(0)
  await expect(b.row(own.name)).toContainText('Complete')
  await b.waitUntilComplete(wanted.name)
  // To save is to make a copy.
  await b.limitQuota(origin, 200 * MIB)
  expect((await b.save(own.name)).sha256).toBe(own.sha256)
  expect((await b.save(wanted.name)).sha256).toBe(wanted.sha256)
})
