/** How a fetch stands, as the page of the person who fetches was told. */
import { expect } from '@playwright/test'
import { describeRecord, type PageRecord } from './page-record.ts'
import type { LabFile, Person } from './lab.ts'

const OPENED_MS = 60_000

/** Resolves when others can reach this browser, as its page was told. */
export async function untilReachable({ browser }: Person): Promise<void> {
  const stateNow = async (): Promise<string | undefined> => (await browser.record()).status?.reachability.state
  await expect.poll(stateNow, { timeout: OPENED_MS }).toBe('reachable')
}

export async function receivedBytes({ browser }: Person): Promise<number> {
  return (await browser.record()).growth.at(-1)?.bytes ?? 0
}

export async function expectIntact({ browser }: Person, file: LabFile, timeoutMs: number): Promise<void> {
  try {
    await browser.quire.waitUntilComplete(file.name, timeoutMs)
  } catch (cause) {
    throw new Error(`${file.name} did not arrive: ${describeRecord(await browser.record())}`, { cause })
  }
  const { sha256 } = await browser.quire.save(file.name)
  expect(sha256).toBe(file.sha256)
}

/** The longest time without a further byte, between the first one and the last. */
export function longestPauseMs(growth: PageRecord['growth']): number {
  return Math.max(...growth.slice(1).map(({ atMs }, i) => atMs - (growth[i]?.atMs ?? atMs)))
}
