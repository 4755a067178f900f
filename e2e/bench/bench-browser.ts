import { type BrowserContext, chromium, type Page } from '@playwright/test'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { CHROMIUM_FLAGS } from '../fixtures/chromium-flags.ts'
import type { Line } from './line.ts'

const FLAGS = [
  ...CHROMIUM_FLAGS,
  // A delay line can take the place of an address only where it sees it.
  '--disable-features=WebRtcHideLocalIpsWithMdns',
]
/** How every browser of the benchmark is started; the harness ends them itself when it is interrupted. */
export const LAUNCH = { args: FLAGS, headless: true, handleSIGINT: false, handleSIGTERM: false } as const
/** Clock ticks a second in `/proc`; the same on every Linux that anybody runs. */
const TICKS_PER_SECOND = 100

export interface BrowserInit {
  readonly executablePath: string
  /** Where every WebRTC connection of this browser goes through; none for the nearest way. */
  readonly line?: Line | undefined
}

/** A Chromium of its own, with a profile on disk: its IndexedDB is real, and its processes can be counted. */
export class BenchBrowser {
  readonly context: BrowserContext
  readonly #profile: string

  private constructor(context: BrowserContext, profile: string) {
    this.context = context
    this.#profile = profile
  }

  static async launch({ executablePath, line }: BrowserInit): Promise<BenchBrowser> {
    const profile = await mkdtemp(join(tmpdir(), 'quire-bench-'))
    const context = await chromium.launchPersistentContext(profile, { executablePath, ...LAUNCH })
    await line?.carry(context)
    return new BenchBrowser(context, profile)
  }

  async open(url: string): Promise<Page> {
    const page = await this.context.newPage()
    await page.goto(url)
    return page
  }

  /** CPU time of all its processes so far; undefined on systems without `/proc`. */
  async cpuMs(): Promise<number | undefined> {
    const pids = await readdir('/proc').catch(() => [])
    let ticks = 0
    for (const pid of pids.filter((name) => /^\d+$/.test(name))) {
      // A process that has ended meanwhile has no files.
      const command = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')
      if (!command.includes(`--user-data-dir=${this.#profile}`)) continue
      const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '')
      // The name in brackets may hold spaces; user and system time are the 14th and 15th field.
      const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
      ticks += Number(fields[11] ?? 0) + Number(fields[12] ?? 0)
    }
    return ticks === 0 ? undefined : (1000 * ticks) / TICKS_PER_SECOND
  }

  async close(): Promise<void> {
    await this.context.close()
    // A process that is just going may still write there.
    await rm(this.#profile, { recursive: true, force: true, maxRetries: 5 })
  }
}
