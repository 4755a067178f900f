/** One cell of the matrix: somebody in network `a` adds a file, somebody in network `b` opens its link. */
import { expect } from '@playwright/test'
import { type Lab, type LabFile, linkOn, pageFor, type Person } from './lab.ts'
import type { PeerPath } from '../../src/rpc/connectivity.ts'
import { canBeDirect, isPunchedThrough, type Pair, whyNotDirect } from './network-kinds.ts'
import { describeRecord, type PageRecord } from './page-record.ts'
import { untilReachable } from './transfer-watch.ts'

export interface Cell extends Pair {
  /** A direct connection stood. */
  readonly direct: boolean
  /** Content came through the relay, all or part of it. */
  readonly relayed: boolean
  /** From opening the link to the first byte of content; null where none came. */
  readonly ttfbMs: number | null
  /** From opening the link to the direct connection. */
  readonly directMs: number | null
  /** All of it arrived, and is what was added. */
  readonly delivered: boolean
  /** The way between the two at the end, as the page of who opened the link says. */
  readonly path?: PeerPath | undefined
  /** Where a long line lay between the networks: its round trip, and the part of the packets that each direction lost. */
  readonly line?: { readonly roundTripMs: number; readonly loss: number }
}

export interface CellRun {
  readonly cell: Cell
  /** What is not as it should be, a sentence each. */
  readonly problems: readonly string[]
}

const FILE_BYTES = 2 * 1024 * 1024
/** What signalling may cost on the relay; the file is many times that. */
const SIGNALLING_BYTES = 256 * 1024
const DELIVERED_MS = 90_000
/** Where the file came before a direct connection stood: tries are made for half a minute. */
const DIRECT_MS = 30_000
/** A try to connect directly ends after 20 s; its reason is known with the first or the second one. */
const EXPLAINED_MS = 60_000
const OPENED_MS = 60_000

export async function runCell(lab: Lab, pair: Pair): Promise<CellRun> {
  const file = await lab.makeFile(FILE_BYTES)
  const people: Person[] = []
  try {
    const [a, b] = await bothOf(lab, pair, people)
    await a.browser.open(pageFor(lab.keeper, pair.a))
    await untilReachable(a)
    const link = await a.browser.quire.share(file.path, file.name, OPENED_MS)
    const relayedBefore = await lab.keeper.relayedBytes()
    await b.browser.open(linkOn(pageFor(lab.keeper, pair.b), link))
    const delivery = await deliveryOf(b, file)
    await (canBeDirect(pair)
      ? directOf(b, pair)
      : Promise.all([explanationOf(b, pair), explanationOf(a, turned(pair))]))
    const record = await b.browser.record()
    const relayedBytes = (await lab.keeper.relayedBytes()) - relayedBefore
    const cell = cellOf(pair, { record, isDelivered: delivery === undefined, relayedBytes })
    const problems = [...problemsOf(cell, delivery), ...adderProblemsOf(pair, pathIn(await a.browser.record()))]
    return { cell, problems: problems.length === 0 ? [] : [...problems, describeRecord(record)] }
  } catch (error) {
    const cell = { ...pair, direct: false, relayed: false, ttfbMs: null, directMs: null, delivered: false }
    return { cell, problems: [`the run itself failed: ${String(error)}`] }
  } finally {
    for (const person of people) await person[Symbol.asyncDispose]()
  }
}

async function bothOf(lab: Lab, { a, b }: Pair, people: Person[]): Promise<[Person, Person]> {
  const started = await Promise.allSettled([lab.newPerson(a), lab.newPerson(b)])
  for (const each of started) if (each.status === 'fulfilled') people.push(each.value)
  const [first, second] = people
  if (first !== undefined && second !== undefined) return [first, second]
  throw new Error('A browser did not start.', { cause: started.find(({ status }) => status === 'rejected') })
}

/** Undefined where the file arrived as it is; what was seen in place of that. */
async function deliveryOf({ browser }: Person, file: LabFile): Promise<string | undefined> {
  try {
    await browser.quire.waitUntilComplete(file.name, DELIVERED_MS)
  } catch {
    // The page’s own words are in the record.
    return `the file did not arrive within ${DELIVERED_MS / 1000} s`
  }
  const { sha256 } = await browser.quire.save(file.name)
  return sha256 === file.sha256 ? undefined : 'what arrived is not what was added'
}

/** Waits for a direct connection, and until the page says which way it goes; whether it does is read afterwards. */
async function directOf({ browser }: Person, pair: Pair): Promise<void> {
  const hasDirect = async (): Promise<boolean> => {
    const record = await browser.record()
    return record.directMs !== undefined && (!isPunchedThrough(pair) || pathIn(record)?.kind === 'punched')
  }
  await expect
    .poll(hasDirect, { timeout: DIRECT_MS })
    .toBe(true)
    .catch(() => undefined)
}

/** Waits until the page says why there is no direct way; what it says is read afterwards. */
async function explanationOf({ browser }: Person, pair: Pair): Promise<void> {
  await expect
    .poll(async () => whyOf(pathIn(await browser.record())), { timeout: EXPLAINED_MS })
    .toBe(whyNotDirect(pair))
    .catch(() => undefined)
}

/** To the other browser: a keeper is reached over WebSocket. */
function pathIn({ status }: PageRecord): PeerPath | undefined {
  return status?.peers.find(({ transport }) => transport !== 'websocket')?.path
}

function whyOf(path: PeerPath | undefined): string | undefined {
  return path?.kind === 'relayed' ? path.why : undefined
}

function cellOf(
  { a, b }: Pair,
  { record, isDelivered, relayedBytes }: { record: PageRecord; isDelivered: boolean; relayedBytes: number },
): Cell {
  return {
    a,
    b,
    direct: record.directMs !== undefined,
    relayed: relayedBytes > SIGNALLING_BYTES,
    ttfbMs: rounded(record.growth[0]?.atMs),
    directMs: rounded(record.directMs),
    delivered: isDelivered,
    path: pathIn(record),
  }
}

function problemsOf(cell: Cell, delivery: string | undefined): string[] {
  const problems = delivery === undefined ? [] : [delivery]
  if (canBeDirect(cell) && !cell.direct) problems.push('no direct connection, though these networks allow one')
  // Then the networks are not what they are called.
  if (!canBeDirect(cell) && cell.direct) problems.push('a direct connection that these networks cannot allow')
  const why = whyNotDirect(cell)
  if (whyOf(cell.path) !== why) problems.push(`the page gives “${whyOf(cell.path)}” as the reason, not “${why}”`)
  if (cell.direct && isPunchedThrough(cell) && cell.path?.kind !== 'punched') {
    problems.push('the page does not say that NATs were punched through')
  }
  return problems
}

/** Who adds a file is told the same from the other side, though it is the other one that tries. */
function adderProblemsOf(pair: Pair, path: PeerPath | undefined): string[] {
  const why = whyNotDirect(turned(pair))
  return whyOf(path) === why ? [] : [`the page of who added gives “${whyOf(path)}” as the reason, not “${why}”`]
}

function turned({ a, b }: Pair): Pair {
  return { a: b, b: a }
}

function rounded(ms: number | undefined): number | null {
  return ms === undefined ? null : Math.round(ms)
}
