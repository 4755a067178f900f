import { expect } from '@playwright/test'
import { linkOn, pageFor } from '../lab.ts'
import { expectIntact, longestPauseMs, receivedBytes } from '../transfer-watch.ts'
import type { Story } from './story.ts'

const MIB = 1 << 20
const FILE_BYTES = 96 * MIB
const IN_FLOW_BYTES = 4 * MIB
/** What had arrived and was not told yet when the network went. */
const ON_THE_WAY_BYTES = 16 * MIB
const ON_AGAIN_MS = 60_000
const DELIVERED_MS = 180_000

export const ANOTHER_NETWORK: Story = {
  title: 'a device moves to another network during its transfer, with other addresses: the transfer goes on from there',
  isShort: false,
  tell: async (lab) => {
    const file = await lab.makeFile(FILE_BYTES)
    await using a = await lab.newPerson('cone')
    await using b = await lab.newPerson('restricted')
    await a.browser.open(pageFor(lab.keeper, 'cone'))
    const link = await a.browser.quire.share(file.path, file.name)
    await b.browser.open(linkOn(pageFor(lab.keeper, 'restricted'), link))
    await expect.poll(() => receivedBytes(b), { timeout: 60_000 }).toBeGreaterThan(IN_FLOW_BYTES)

    await b.customer.moveTo('double')
    const atMove = await receivedBytes(b)
    expect(atMove).toBeLessThan(FILE_BYTES)
    await expect.poll(() => receivedBytes(b), { timeout: ON_AGAIN_MS }).toBeGreaterThan(atMove + ON_THE_WAY_BYTES)
    await expectIntact(b, file, DELIVERED_MS)

    const pauseMs = longestPauseMs((await b.browser.record()).growth)
    return `moved after ${Math.round(atMove / MIB)} MiB, longest pause ${(pauseMs / 1000).toFixed(1)} s`
  },
}
