import type { Page } from '@playwright/test'
import { crash } from '../../fixtures/crash.ts'
import { SeededRandom } from '../../swarm/seeded-random.ts'
import type { BenchBrowser } from '../bench-browser.ts'
import type { ContestantPage } from '../contestant-page.ts'
import type { Figure } from '../figure.ts'
import type { Lab } from '../lab.ts'
import { MB, type Measure, type Setting } from '../measure.ts'
import { offerFrom } from '../transfers.ts'

const BLOCK_BYTES = 65_536
const TABS = 3
/** Of the download, in which the leader’s tab is closed: what is left must be long enough to be seen going on. */
const [FIRST_PART, LAST_PART] = [0.1, 0.6]
const PATIENCE_MS = 60_000

export const handOver: Measure = {
  name: 'hand-over',
  title: 'How long a browser’s node is away when the tab that runs it is closed in the middle of a download.',
  quickBudgetS: 60,
  isAlone: true,
  run: (setting) => handOvers(setting, (page) => page.close()),
}

export const killedHandOver: Measure = {
  name: 'hand-over-killed',
  title: 'The same where the tab’s process is killed: no other node is told that it is gone.',
  isAlone: true,
  run: (setting) => handOvers(setting, crash),
}

async function handOvers({ lab, rounds, isQuick }: Setting, end: (page: Page) => Promise<void>): Promise<Figure[]> {
  const sizeBytes = (isQuick ? 100 : 500) * MB
  const { ticket, pages } = await offerFrom(lab, { contestant: 'quire', content: { sizeBytes, seed: 9100 } })
  const [source] = pages
  if (source === undefined) throw new Error('Nobody offers.')
  const tabs = await Tabs.open(lab)
  const random = new SeededRandom(91)
  const [answersMs, cameMs, toldMs]: [number[], number[], number[]] = [[], [], []]
  const [forgotten, askedTwice, cameTwice]: [number[], number[], number[]] = [[], [], []]
  for (const round of rounds()) {
    const closeAtBytes = sizeBytes * (FIRST_PART + (LAST_PART - FIRST_PART) * random.next())
    const moved = await oneHandOver(tabs, { ticket, sizeBytes, source, closeAtBytes, end })
    answersMs.push(moved.answersMs)
    cameMs.push(moved.cameMs)
    toldMs.push(moved.toldMs)
    forgotten.push(moved.forgottenBlocks)
    askedTwice.push(moved.askedTwiceBlocks)
    cameTwice.push(moved.cameTwiceBlocks)
    lab.log(`  ${round + 1}: ${JSON.stringify(moved)}`)
  }
  const inFlight = 'sent to the tab that died and not yet stored there: what was in flight'
  return [
    { name: 'the next node answers, median', unit: 'ms', samples: answersMs },
    { name: 'the next block has come, median', unit: 'ms', samples: cameMs, aim: { atMost: 1000 } },
    {
      name: 'the next block has come, slowest',
      unit: 'ms',
      samples: cameMs,
      aim: { atMost: 3000 },
      isAimOfAll: true,
    },
    {
      name: 'a page is told of more bytes',
      unit: 'ms',
      samples: toldMs,
      note: 'stored, at most four times a second',
    },
    { name: 'stored blocks that the next node did not know', unit: 'blocks', samples: forgotten, ...NONE },
    { name: 'stored blocks that were fetched again', unit: 'blocks', samples: askedTwice, ...NONE },
    { name: 'blocks that left the source twice', unit: 'blocks', samples: cameTwice, note: inFlight },
  ]
}

const NONE = { aim: { atMost: 0 }, isAimOfAll: true } as const

interface Download {
  readonly ticket: string
  readonly sizeBytes: number
  readonly source: ContestantPage
  readonly closeAtBytes: number
  readonly end: (page: Page) => Promise<void>
}

/** The whole download, with one hand-over in it. */
async function oneHandOver(tabs: Tabs, { ticket, sizeBytes, source, closeAtBytes, end }: Download) {
  const sentBefore = await blocksSentBy(source)
  const { heir } = tabs
  const arrivedBefore = await arrivedBlocks(heir)
  await tabs.untilHeirIsReady()
  await heir.evaluate((wanted) => globalThis.tab.fetch(wanted), ticket)
  await heir.evaluate((bytes) => globalThis.tab.untilDone(bytes), closeAtBytes)
  const toldBytes = await heir.evaluate(() => {
    globalThis.tab.followHandOver()
    return globalThis.tab.doneBytes()
  })
  const closedAtMs = Date.now()
  await end(tabs.takeLeader())
  const moved = await inTime(() => heir.evaluate(() => globalThis.tab.handOver()))
  await heir.evaluate((bytes) => globalThis.tab.untilDone(bytes), sizeBytes)
  const arrived = await arrivedBlocks(heir)
  const sent = (await blocksSentBy(source)) - sentBefore
  await heir.evaluate(() => globalThis.tab.forget())
  await tabs.openAnother()
  const blockCount = Math.ceil(sizeBytes / BLOCK_BYTES)
  const knownBlocks = Math.floor(moved.continuedFromBytes / BLOCK_BYTES)
  return {
    answersMs: moved.answersAtMs - closedAtMs,
    cameMs: moved.cameAtMs - closedAtMs,
    toldMs: moved.toldAtMs - closedAtMs,
    atPercent: Math.round((100 * moved.continuedFromBytes) / sizeBytes),
    forgottenBlocks: Math.max(0, Math.ceil((toldBytes - moved.continuedFromBytes) / BLOCK_BYTES)),
    askedTwiceBlocks: (arrived.at(-1) ?? 0) - (blockCount - knownBlocks),
    cameTwiceBlocks: sum(arrived) - sum(arrivedBefore) - blockCount,
    sentTwiceBlocks: sent - blockCount,
  }
}

/** Tabs of one browser: the first runs the node, the second is its heir. */
class Tabs {
  readonly #browser: BenchBrowser
  readonly #url: string
  readonly #pages: Page[] = []

  private constructor(browser: BenchBrowser, url: string) {
    this.#browser = browser
    this.#url = url
  }

  static async open(lab: Lab): Promise<Tabs> {
    const tabs = new Tabs(await lab.browser('the tabs'), lab.urlOf('tabs'))
    for (let i = 0; i < TABS; i++) await tabs.openAnother()
    return tabs
  }

  get heir(): Page {
    const [, heir] = this.#pages
    if (heir === undefined) throw new Error('There is no tab that could take over.')
    return heir
  }

  async openAnother(): Promise<void> {
    const page = await this.#browser.open(this.#url)
    await inTime(() => page.evaluate(() => globalThis.tab.ready))
    this.#pages.push(page)
  }

  /** The tab that runs the node, which is to end. */
  takeLeader(): Page {
    const leader = this.#pages.shift()
    if (leader === undefined) throw new Error('No tab is open.')
    return leader
  }

  async untilHeirIsReady(): Promise<void> {
    await this.heir.waitForFunction(
      async () => (await navigator.locks.query()).pending?.some(({ name }) => name === 'quire-node'),
      undefined,
      { timeout: PATIENCE_MS },
    )
  }
}

async function arrivedBlocks(tab: Page): Promise<readonly number[]> {
  return tab.evaluate(() => globalThis.tab.arrivedBlocks())
}

/** Whole answers, to all its peers. */
async function blocksSentBy({ page }: ContestantPage): Promise<number> {
  const info = await page.evaluate(() => globalThis.quire.debugInfo())
  return sum(Array.from(info.matchAll(/"sentBlocks":(\d+)/g), ([, count]) => Number(count)))
}

function sum(counts: readonly number[]): number {
  return counts.reduce((total, count) => total + count, 0)
}

async function inTime<T>(act: () => Promise<T>): Promise<T> {
  const late = Promise.withResolvers<never>()
  const timer = setTimeout(() => late.reject(new Error('The tabs did not get so far in time.')), PATIENCE_MS)
  return Promise.race([act(), late.promise]).finally(() => clearTimeout(timer))
}
