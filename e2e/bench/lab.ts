/**
 * Everything that measures share: a keeper, the built pages and their server, browsers by name, a delay line.
 *
 *   lab.open({ browser: 'source', contestant: 'quire' }) ─▶ browser “source” ─▶ page of the contestant, ready
 */
import { type Browser, chromium } from '@playwright/test'
import { KeeperProcess } from '../fixtures/keeper-process.ts'
import { BenchBrowser, LAUNCH } from './bench-browser.ts'
import { ContestantPage, type Patience } from './contestant-page.ts'
import { Line } from './line.ts'
import { PageServer } from './page-server.ts'
import type { PageConfig } from './pages/contestant.ts'

export interface LabParts {
  readonly executablePath: string
  /** Where the built pages are. */
  readonly pagesDir: string
  readonly log: (text: string) => void
  readonly patience: Patience
}

/** A BitTorrent tracker on this machine. */
export interface Tracker {
  readonly url: string
  readonly stop: () => Promise<void>
}

export interface OpenInit {
  readonly browser: string
  readonly contestant: string
  /** Whether the browser’s connections take the line; decided when the browser is launched. */
  readonly isFar?: boolean
}

export class Lab {
  readonly log: (text: string) => void
  readonly keeper: KeeperProcess
  readonly #parts: LabParts
  readonly #server: PageServer
  readonly #relay: string
  readonly #browsers = new Map<string, Promise<BenchBrowser>>()
  #line: Line | undefined
  #crowd: Promise<Browser> | undefined
  #tracker: Tracker | undefined

  private constructor(
    parts: LabParts,
    { keeper, server, relay }: { keeper: KeeperProcess; server: PageServer; relay: string },
  ) {
    this.#parts = parts
    this.log = parts.log
    this.keeper = keeper
    this.#server = server
    this.#relay = relay
  }

  static async start(parts: LabParts): Promise<Lab> {
    const keeper = await KeeperProcess.start()
    const quireJson = await (await fetch(`${keeper.url}/quire.json`)).text()
    // The keeper is this project’s own, and its contract is tested elsewhere.
    const { keepers } = JSON.parse(quireJson) as { keepers: readonly string[] }
    const relay = keepers.find((address) => address.includes('/ws'))
    if (relay === undefined) throw new Error(`The keeper names no WebSocket: ${quireJson}`)
    const server = await PageServer.start(parts.pagesDir, quireJson)
    return new Lab(parts, { keeper, server, relay })
  }

  get line(): Line {
    this.#line ??= new Line()
    return this.#line
  }

  /** Gives it to pages that are opened from now on, and ends it with the lab. */
  useTracker(tracker: Tracker): void {
    this.#tracker = tracker
  }

  browser(name: string, { isFar = false } = {}): Promise<BenchBrowser> {
    const { executablePath, patience } = this.#parts
    // A measure that was cut off starts nothing more.
    patience.signal.throwIfAborted()
    const key = keyOf(name, isFar)
    const known = this.#browsers.get(key)
    if (known !== undefined) return known
    const launched = BenchBrowser.launch({ executablePath, line: isFar ? this.line : undefined })
    this.#browsers.set(key, launched)
    return launched
  }

  /** The contestant’s page in that browser, once it is ready. */
  async open({ browser: name, contestant, isFar = false }: OpenInit): Promise<ContestantPage> {
    const browser = await this.browser(name, { isFar })
    return ContestantPage.whenReady(await browser.open(this.urlOf(contestant)), contestant, this.#parts.patience)
  }

  /** Ends a browser in which something hangs or is half done; the next page of its name is in a new one. */
  async discard(name: string, { isFar = false } = {}): Promise<void> {
    const key = keyOf(name, isFar)
    const launched = this.#browsers.get(key)
    this.#browsers.delete(key)
    if (launched !== undefined) await this.#end([launched])
  }

  /**
   * The page as one of many: each is a device of its own to the others, but they share one browser, as a machine does not
   * have room for sixteen. What they store is held in memory.
   */
  async openInCrowd(contestant: string): Promise<ContestantPage> {
    const { executablePath, patience } = this.#parts
    patience.signal.throwIfAborted()
    this.#crowd ??= chromium.launch({ executablePath, ...LAUNCH })
    const context = await (await this.#crowd).newContext()
    const page = await context.newPage()
    await page.goto(this.urlOf(contestant))
    // Where the browser went first, so did the context.
    page.once('close', () => void context.close().catch(() => undefined))
    return ContestantPage.whenReady(page, contestant, patience)
  }

  /** Of a page of its own, or a contestant’s. */
  urlOf(contestant: string): string {
    const config: PageConfig = { relay: this.#relay, tracker: this.#tracker?.url ?? '' }
    return `${this.#server.url}/${contestant}#${encodeURIComponent(JSON.stringify(config))}`
  }

  /** Ends the browsers, so that the next measure starts with new ones. */
  async closeBrowsers(): Promise<void> {
    const launched = [...this.#browsers.values(), ...(this.#crowd === undefined ? [] : [this.#crowd])]
    this.#browsers.clear()
    this.#crowd = undefined
    await this.#end(launched)
  }

  /** One that does not end well is told of, and ends no run. */
  async #end(launched: readonly Promise<{ close(): Promise<void> }>[]): Promise<void> {
    const ended = await Promise.allSettled(launched.map(async (browser) => (await browser).close()))
    for (const each of ended) {
      if (each.status === 'rejected') this.log(`  a browser did not end well: ${String(each.reason)}`)
    }
  }

  async stop(): Promise<void> {
    await this.closeBrowsers()
    await this.#line?.stop()
    await this.#tracker?.stop()
    await this.#server.stop()
    await this.keeper.remove()
  }
}

function keyOf(browser: string, isFar: boolean): string {
  return `${browser}${isFar ? ', far' : ''}`
}
