import { expect, it } from 'vitest'
import { exportHoldName } from '../codec/export-hold.ts'
import { ExportHolds } from './export-holds.ts'

async function heldCount(cid: string): Promise<number> {
  const { held = [] } = await navigator.locks.query()
  return held.filter(({ name }) => name === exportHoldName(cid)).length
}

it('holds a file as often as it was exported, and lets go of it as often as it is given back', async () => {
  const [holds, others] = [new ExportHolds(() => navigator.locks), new ExportHolds(() => navigator.locks)]
  await holds.hold('a')
  await holds.hold('a')
  await others.hold('a')
  expect(await heldCount('a')).toBe(3)
  await holds.release('a')
  await holds.release('a')
  await holds.release('a')
  expect(await heldCount('a')).toBe(1)
  await others.release('a')
  expect(await heldCount('a')).toBe(0)
})
