import { DAY_MS, WEEK_MS } from '../../../src/history/clock.ts'
import { settledHeaps, watchWorkerHeap } from '../../fixtures/worker-heap.ts'
import type { Figure } from '../figure.ts'
import { historyFigures } from '../history/history-figures.ts'
import { HistoryPage } from '../history/history-page.ts'
import { HistorySample } from '../history/history-sample.ts'
import { publishNextWeek } from '../history/next-week.ts'
import { type Queries, queriesFor } from '../history/queries.ts'
import { Samples } from '../history/samples.ts'
import { MB, type Measure, type Setting } from '../measure.ts'
import { traceTasks } from '../task-trace.ts'

/** Days that are jumped to in each round, as parts of the time from the first week to the last. */
const JUMPS = [0.1, 0.45, 0.7]
/** Where scrolling begins: at the newest, and in the middle of what is held. */
const SCROLL_FROM = ['newest', 0.5, 0.25] as const
const SCROLL_S = 8

export const historyMeasure: Measure = {
  name: 'history',
  title: 'A community’s history: to open it, jump, search, scroll, hold and publish it.',
  isAlone: true,
  async run(setting): Promise<Figure[]> {
    const { lab, sample: size, root } = setting
    const sample = await HistorySample.publish({ keeper: lab.keeper, size, root, log: lab.log })
    lab.log(
      `  ${size.messages} messages, ${(sample.archiveBytes / MB).toFixed(1)} MB, index ${sample.indexBytes} bytes`,
    )
    const samples = new Samples(lab.log)
    for (const round of setting.rounds()) await newcomer(setting, { sample, samples, round })
    const queries = queriesFor(sample.init)
    const holder = await holdAll(setting, sample, samples)
    for (const round of setting.rounds()) await read(holder, { sample, samples, round, queries })
    const { workerBytes } = await settledHeaps(holder.page)
    samples.add('memory held', workerBytes / MB)
    const week = await publishNextWeek(lab, sample, holder).catch((error: unknown) => {
      // The figures of an hour are not thrown away for the last one.
      lab.log(`  publishing a week failed: ${String(error)}`)
      return undefined
    })
    const searches = Object.keys(queries)
    return historyFigures(samples, { messages: size.messages, weeks: size.weeks, searches, week })
  },
}

interface Round {
  readonly sample: HistorySample
  readonly samples: Samples
  readonly round: number
}

/** Somebody who has never been here opens the link, looks at some old days, and scrolls from there. */
async function newcomer({ lab }: Setting, { sample, samples, round }: Round): Promise<void> {
  const name = `newcomer ${round}`
  const reader = await HistoryPage.create(await lab.browser(name))
  try {
    const { shownMs, indexMs } = await reader.open(sample.link)
    samples.add('link to messages', shownMs)
    if (indexMs !== undefined) samples.add('index to messages', shownMs - indexMs)
    await reader.keepViewedOnly()
    for (const part of JUMPS) {
      await samples.attempt('jump', () => reader.jumpTo(dayAt(sample, part, round), { isHeld: false }))
    }
    await reader.closePanel()
    const before = await reader.heldArchives()
    await samples.attempt('scrolled rows', () => scroll(reader, samples, 'arriving'))
    await samples.attempt('task arriving', () => longestTask(reader))
    lab.log(`  ${(await reader.heldArchives()) - before} weeks arrived meanwhile`)
  } finally {
    await lab.discard(name)
  }
}

async function holdAll({ lab }: Setting, sample: HistorySample, samples: Samples): Promise<HistoryPage> {
  const holder = await HistoryPage.create(await lab.browser('holder'))
  await holder.page.goto(sample.link)
  const heap = await watchWorkerHeap(holder.page)
  samples.add('hold all', await holder.whenAllHeld(lab.log))
  const { peakBytes } = await heap.stop()
  samples.add('memory while fetching', peakBytes / MB)
  return holder
}

/** Somebody who has all of it here comes back, jumps, searches and scrolls. */
async function read(
  reader: HistoryPage,
  { sample, samples, round, queries }: Round & { readonly queries: Queries },
): Promise<void> {
  samples.add('reload to messages', (await reader.reload()).shownMs)
  // The worker is a new one.
  const heap = await watchWorkerHeap(reader.page)
  samples.add('press to messages', await reader.openFromList())
  for (const [kind, texts] of Object.entries(queries)) {
    const text = texts[round % texts.length] ?? ''
    await samples.attempt(`search ${kind}`, async () => {
      const { answerMs, shownMs, hits } = await reader.search(text)
      samples.log(`  “${text}”: ${hits} hits`)
      samples.add('search shown', shownMs)
      return answerMs
    })
  }
  await reader.closePanel()
  for (const from of SCROLL_FROM) {
    if (from === 'newest') await reader.goToNewest()
    else await samples.attempt('held jump', () => reader.jumpTo(dayAt(sample, from, round), { isHeld: true }))
    await reader.closePanel()
    await scroll(reader, samples, 'held')
  }
  await samples.attempt('task held', () => longestTask(reader))
  samples.add('memory while reading', (await heap.stop()).peakBytes / MB)
}

async function scroll(reader: HistoryPage, samples: Samples, kind: 'held' | 'arriving'): Promise<number> {
  const { longestGapMs, longestFrameMs, frameCount, scrolledRows, blamed } = await reader.scrollUp(SCROLL_S)
  samples.log(`  ${frameCount} frames, ${scrolledRows} rows${blamed === '' ? '' : `; in the longest: ${blamed}`}`)
  samples.add(`gap ${kind}`, longestGapMs)
  samples.add(`frame ${kind}`, longestFrameMs)
  return scrolledRows
}

/** Scrolls on while the browser’s trace is taken, which slows it down: most processor time of one task of the page. */
async function longestTask(reader: HistoryPage): Promise<number> {
  const endTrace = await traceTasks(reader.page)
  await reader.scrollUp(SCROLL_S)
  return endTrace()
}

/** In the middle of a week, where every channel that is spoken in has something; another one each round. */
function dayAt({ init }: HistorySample, part: number, round: number): number {
  const week = Math.floor(part * init.weeks) + round
  return init.endMs - (init.weeks - Math.min(week, init.weeks - 1)) * WEEK_MS + 3 * DAY_MS
}
