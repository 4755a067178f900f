import { expect } from '@playwright/test'
import { performance } from 'node:perf_hooks'
import { linkOn, pageFor } from '../lab.ts'
import type { LabKeeper } from '../lab-keeper.ts'
import { expectIntact, longestPauseMs, receivedBytes } from '../transfer-watch.ts'
import type { Story } from './story.ts'

const MIB = 1 << 20
const FILE_BYTES = 96 * MIB
/** Enough to be in full flow, with most of the file still to come. */
const IN_FLOW_BYTES = 4 * MIB
const BACK_MS = 10_000
const DELIVERED_MS = 180_000

export const KEEPER_RESTARTS: Story = {
  title: 'a keeper restarts during a transfer between two browsers: it goes on, and the reservations come back',
  isShort: true,
  tell: async (lab) => {
    const file = await lab.makeFile(FILE_BYTES)
    await using a = await lab.newPerson('restricted')
    await using b = await lab.newPerson('cone')
    await a.browser.open(pageFor(lab.keeper, 'restricted'))
    const link = await a.browser.quire.share(file.path, file.name)
    await b.browser.open(linkOn(pageFor(lab.keeper, 'cone'), link))
    await expect.poll(() => receivedBytes(b), { timeout: 60_000 }).toBeGreaterThan(IN_FLOW_BYTES)

    await lab.keeper.kill()
    const atKill = await receivedBytes(b)
    expect(atKill).toBeLessThan(FILE_BYTES)
    // With no keeper at all.
    await expect.poll(() => receivedBytes(b), { timeout: 20_000 }).toBeGreaterThan(atKill + IN_FLOW_BYTES)
    const withoutKeeper = (await receivedBytes(b)) - atKill
    await lab.keeper.restart()
    const backMs = await reservedAgain(lab.keeper)

    await expectIntact(b, file, DELIVERED_MS)
    const pauseMs = longestPauseMs((await b.browser.record()).growth)
    return `${mib(withoutKeeper)} came with no keeper, longest pause ${seconds(pauseMs)}, both reservations back ${seconds(backMs)} after the restart`
  },
}

async function reservedAgain(keeper: LabKeeper): Promise<number> {
  const startedMs = performance.now()
  await expect.poll(() => keeper.reservations(), { timeout: BACK_MS, intervals: [100] }).toBe(2)
  return performance.now() - startedMs
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`
}

function mib(bytes: number): string {
  return `${(bytes / MIB).toFixed(1)} MiB`
}
