import type { Page } from '@playwright/test'
import { createHash } from 'node:crypto'
import type { FetchOptions, FetchResult, SeededContent } from './pages/contestant.ts'
import { seededPieces } from './pages/seeded-bytes.ts'

/** When the harness no longer waits for a page. */
export interface Patience {
  /** For each call; longer than the slowest rival takes for the largest content. */
  readonly timeoutMs: number
  /** Ends all waiting. */
  readonly signal: AbortSignal
}

/** A contestant’s page as the harness sees it; whatever hangs in it is a failure in the end. */
export class ContestantPage {
  readonly page: Page
  readonly name: string
  readonly #patience: Patience

  private constructor(page: Page, name: string, patience: Patience) {
    this.page = page
    this.name = name
    this.#patience = patience
    page.on('pageerror', (error) => process.stderr.write(`  ${name}: ${String(error)}\n`))
  }

  static async whenReady(page: Page, name: string, patience: Patience): Promise<ContestantPage> {
    const contestant = new ContestantPage(page, name, patience)
    await contestant.inTime('start', contestant.#ready())
    return contestant
  }

  offer(content: SeededContent): Promise<string> {
    return this.inTime(
      'offer',
      this.page.evaluate((wanted) => globalThis.contestant.offer(wanted), content),
    )
  }

  /** Fetches, and compares the hash where the fetch was complete. */
  async fetch(ticket: string, content: SeededContent, options: FetchOptions = {}): Promise<FetchResult> {
    const fetching = this.page.evaluate(([wanted, limits]) => globalThis.contestant.fetch(wanted, limits), [
      ticket,
      options,
    ] as const)
    const result = await this.inTime('fetch', fetching)
    const isCut = options.limitMs !== undefined && result.sha256Hex === ''
    if (!isCut && result.sha256Hex !== sha256Of(content)) {
      throw new Error(`${this.name} gave other bytes than were offered.`)
    }
    return result
  }

  forget(): Promise<void> {
    return this.inTime(
      'forget',
      this.page.evaluate(() => globalThis.contestant.forget()),
    )
  }

  async close(): Promise<void> {
    await this.forget()
    await this.page.close()
  }

  /** Waits for work in the page as long as for a fetch; for measures that call the page themselves. */
  async inTime<T>(what: string, work: Promise<T>): Promise<T> {
    const { timeoutMs, signal } = this.#patience
    const ended = Promise.withResolvers<never>()
    const onAbort = (): void => ended.reject(signal.reason)
    const timer = setTimeout(
      () => ended.reject(new Error(`${this.name}: ${what} did not end in ${timeoutMs / 1000} s.`)),
      timeoutMs,
    )
    signal.addEventListener('abort', onAbort, { once: true })
    if (signal.aborted) onAbort()
    try {
      return await Promise.race([work, ended.promise])
    } finally {
      clearTimeout(timer)
      signal.removeEventListener('abort', onAbort)
    }
  }

  async #ready(): Promise<void> {
    await this.page.waitForFunction(() => 'contestant' in globalThis, undefined, { timeout: 0 })
    await this.page.evaluate(() => globalThis.contestant.ready)
  }
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
