import type { Page } from '@playwright/test'
import { createHash } from 'node:crypto'
import type { FetchOptions, FetchResult, SeededContent } from './pages/contestant.ts'
import { seededPieces } from './pages/seeded-bytes.ts'

const READY_TIMEOUT_MS = 60_000
/** Longer than the slowest rival takes for the largest content; a fetch that hangs is a failed round. */
const FETCH_TIMEOUT_MS = 300_000

/** A contestant’s page as the harness sees it. */
export class ContestantPage {
  readonly page: Page
  readonly name: string

  private constructor(page: Page, name: string) {
    this.page = page
    this.name = name
    page.on('pageerror', (error) => process.stderr.write(`  ${name}: ${String(error)}\n`))
  }

  static async whenReady(page: Page, name: string): Promise<ContestantPage> {
    await page.waitForFunction(() => 'contestant' in globalThis, undefined, { timeout: READY_TIMEOUT_MS })
    await page.evaluate(() => globalThis.contestant.ready)
    return new ContestantPage(page, name)
  }

  offer(content: SeededContent): Promise<string> {
    return this.page.evaluate((wanted) => globalThis.contestant.offer(wanted), content)
  }

  /** Fetches, and compares the hash where the fetch was complete. */
  async fetch(ticket: string, content: SeededContent, options: FetchOptions = {}): Promise<FetchResult> {
    const fetching = this.page.evaluate(([wanted, limits]) => globalThis.contestant.fetch(wanted, limits), [
      ticket,
      options,
    ] as const)
    const result = await inTime(fetching, this.name)
    const isCut = options.limitMs !== undefined && result.sha256Hex === ''
    if (!isCut && result.sha256Hex !== sha256Of(content)) {
      throw new Error(`${this.name} gave other bytes than were offered.`)
    }
    return result
  }

  async close(): Promise<void> {
    await this.page.evaluate(() => globalThis.contestant.forget())
    await this.page.close()
  }
}

function inTime<T>(work: Promise<T>, name: string): Promise<T> {
  const late = Promise.withResolvers<never>()
  const timer = setTimeout(() => late.reject(new Error(`${name} did not end in time.`)), FETCH_TIMEOUT_MS)
  return Promise.race([work, late.promise]).finally(() => clearTimeout(timer))
}

const known = new Map<string, string>()

function sha256Of(content: SeededContent): string {
  const key = `${content.seed}/${content.sizeBytes}`
  const before = known.get(key)
  if (before !== undefined) return before
  const hash = createHash('sha256')
  for (const piece of seededPieces(content)) hash.update(piece)
  const digest = hash.digest('hex')
  known.set(key, digest)
  return digest
}
