import { expect } from '@playwright/test'
import { test } from './fixtures/quire-test.ts'
import { withoutUdp } from './fixtures/without-udp.ts'

const MIB = 1 << 20

test('a file reaches a browser that no direct connection can reach, through the keeper and within its limits', async ({
  openBrowser,
  makeFile,
  keeper,
}) => {
  const file = await makeFile('roundabout.bin', 6 * MIB + 17)
  const [a, b] = [await withoutUdp(await openBrowser()), await withoutUdp(await openBrowser())]
  const link = await a.share(file.path, file.name)
  const relayedBefore = await keeper.relayedBytes()

  await b.page.goto(link)
  await b.waitUntilComplete(file.name)

  expect((await b.save(file.name)).sha256).toBe(file.sha256)
  expect(await b.connections()).not.toContain('WebRTC, direct')
  // What it weighs, with proofs and encryption, and little asked for twice.
  const relayedBytes = (await keeper.relayedBytes()) - relayedBefore
  expect(relayedBytes).toBeGreaterThan(6 * MIB)
  expect(relayedBytes).toBeLessThan(8 * MIB)
})
