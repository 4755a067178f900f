import { expect, it } from 'vitest'
import { READING_MS } from './limits.ts'
import { Reading } from './reading.ts'
import { ManualClock } from './testing/manual-clock.ts'

it('knows for a while that a reader waited', async () => {
  const clock = new ManualClock()
  const reading = new Reading({ clock })
  expect(reading.isRecent).toBe(false)
  reading.note()
  await clock.advance(READING_MS - 1)
  expect(reading.isRecent).toBe(true)
  await clock.advance(1)
  expect(reading.isRecent).toBe(false)
})
