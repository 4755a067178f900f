/** How a fetch stands, as the page of the person who fetches was told. */
import { expect } from '@playwright/test'
import type { LabFile, Person } from './lab.ts'

export async function receivedBytes({ browser }: Person): Promise<number> {
  return (await browser.record()).growth.at(-1)?.bytes ?? 0
}

export async function expectIntact({ browser }: Person, file: LabFile, timeoutMs: number): Promise<void> {
  await browser.quire.waitUntilComplete(file.name, timeoutMs)
  const { sha256 } = await browser.quire.save(file.name)
  expect(sha256).toBe(file.sha256)
}
