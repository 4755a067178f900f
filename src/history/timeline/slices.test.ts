import * as fc from 'fast-check'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { MemoryKv } from '../../store/memory-kv.ts'
import { WEEK_MS } from '../clock.ts'
import { breathe } from '../crypto/breathe.ts'
import { type Work, atOnce, each, inSlices, sorted } from './slices.ts'
import { COMMUNITY, START_MS, archiveIdOf, channelOf, chatOf } from './testing/sample-messages.ts'
import { TimelineDatabase } from './timeline-database.ts'

function* steps(count: number): Work<string> {
  for (let step = 0; step < count; step++) yield
  return 'done'
}

/** Each look at the clock finds it a millisecond later. */
function slowClock(): void {
  let nowMs = 0
  vi.spyOn(performance, 'now').mockImplementation(() => nowMs++)
}

/** How often others had their turn while something ran. */
async function turnsDuring(work: Promise<unknown>): Promise<number> {
  const over = new AbortController()
  let turns = 0
  const others = (async () => {
    for (; !over.signal.aborted; turns++) await breathe()
  })()
  await work.finally(() => over.abort())
  await others
  return turns
}

describe('long work', () => {
  afterEach(() => void vi.restoreAllMocks())

  it('gives others their turn every ten milliseconds', async () => {
    slowClock()
    expect(await turnsDuring(inSlices(steps(1000)))).toBeGreaterThan(80)
    expect(await inSlices(steps(30))).toBe('done')
    expect(atOnce(steps(30))).toBe('done')
  })

  it('ends with the signal’s reason, at once or at the next turn', async () => {
    slowClock()
    const stopped = new Error('stopped')
    await expect(inSlices(steps(1), { signal: AbortSignal.abort(stopped) })).rejects.toBe(stopped)
    const controller = new AbortController()
    const running = inSlices(steps(1e9), { signal: controller.signal })
    controller.abort(stopped)
    await expect(running).rejects.toBe(stopped)
  })

  it('sorts as a list does, and what is equal stays in its order', () => {
    const item = fc.record({ key: fc.nat(40), name: fc.nat() })
    fc.assert(
      fc.property(fc.array(item, { maxLength: 1000, size: 'max' }), (items) => {
        const byKey = (a: { key: number }, b: { key: number }): number => a.key - b.key
        expect(atOnce(sorted(items, byKey))).toEqual(items.toSorted(byKey))
      }),
      { numRuns: 50 },
    )
  })

  it('visits each thing once, with its place', () => {
    const seen: [string, number][] = []
    atOnce(each(['a', 'b', 'c'], (item, index) => seen.push([item, index])))
    expect(seen).toEqual([
      ['a', 0],
      ['b', 1],
      ['c', 2],
    ])
  })
})

describe('an archive on its way into the database', () => {
  afterEach(() => void vi.restoreAllMocks())

  it('lets others have their turn while it is shown and written, and is built once for both', async () => {
    const timelines = new TimelineDatabase({ kv: new MemoryKv() })
    await timelines.start()
    const archive = { archiveId: archiveIdOf(0), fromMs: START_MS, toMs: START_MS + WEEK_MS }
    const ingest = await timelines.beginArchive(COMMUNITY, archive)
    if (ingest === undefined) throw new Error('It is held already.')
    await ingest.add(Array.from({ length: 2000 }, (_, i) => chatOf({ number: i, clockMs: START_MS + i })))
    slowClock()
    const shown = await turnsDuring(ingest.show())
    const shownAgain = await turnsDuring(ingest.show())
    const written = await turnsDuring(ingest.commit())
    expect(shown).toBeGreaterThan(5)
    expect(shownAgain).toBeLessThan(shown / 2)
    expect(written).toBeGreaterThan(100)
    expect(await timelines.channels(COMMUNITY)).toMatchObject([{ channelId: channelOf(0), messageCount: 2000 }])
    await timelines.stop()
  })

  it('is not shown once it was given up', async () => {
    const timelines = new TimelineDatabase({ kv: new MemoryKv() })
    await timelines.start()
    const archive = { archiveId: archiveIdOf(0), fromMs: START_MS, toMs: START_MS + WEEK_MS }
    const ingest = await timelines.beginArchive(COMMUNITY, archive)
    await ingest?.add(Array.from({ length: 300 }, (_, i) => chatOf({ number: i, clockMs: START_MS + i })))
    slowClock()
    const showing = ingest?.show()
    ingest?.discard()
    await showing
    expect(await timelines.channels(COMMUNITY)).toEqual([])
    await timelines.stop()
  })
})
