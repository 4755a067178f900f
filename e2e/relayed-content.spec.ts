import { expect } from '@playwright/test'
import { test } from './fixtures/quire-test.ts'
import type { QuirePage } from './fixtures/quire-page.ts'

const MIB = 1 << 20

/** As where no UDP leaves the network: no candidate is found, and no direct connection comes about. */
async function withoutUdp(browser: QuirePage): Promise<QuirePage> {
  await browser.page.addInitScript(() => {
    const Original = globalThis.RTCPeerConnection
    globalThis.RTCPeerConnection = class extends Original {
      constructor(configuration: RTCConfiguration = {}) {
        super({ ...configuration, iceServers: [], iceTransportPolicy: 'relay' })
      }
    }
  })
  await browser.page.reload()
  await browser.waitUntilReachable()
  return browser
}

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
