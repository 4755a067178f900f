import type { Browser, BrowserContext } from '@playwright/test'
import { newLocalContext } from '../fixtures/local-context.ts'
import { QuirePage } from '../fixtures/quire-page.ts'

/**
 * Put before the worker’s own program: what leaves over WebRTC in large pieces, which is blocks, arrives otherwise. The
 * connection has no integrity of its own above the data channel, so it goes through to whoever checks the blocks.
 */
const SPOILERS = {
  'one byte wrong':
    'const bytes = new Uint8Array(data.slice(0)); bytes[bytes.length >> 1] ^= 1; send.call(this, bytes)',
  'nothing large': '',
  'everything late':
    'const bytes = data.slice(0); setTimeout(() => this.readyState === "open" && send.call(this, bytes), 3000)',
} as const
const LARGE_BYTES = 8_192

export type SpoilerName = keyof typeof SPOILERS

// Every key of the table is a name.
export const SPOILER_NAMES = Object.keys(SPOILERS) as SpoilerName[]

/** A real browser with the real node, whose WebRTC channels spoil what it serves. */
export class HostileBrowser {
  readonly #context: BrowserContext

  private constructor(context: BrowserContext) {
    this.#context = context
  }

  /** Opens it at a link: it becomes a holder like everybody who fetches. */
  static async start(browser: Browser, { link, spoiler }: { link: string; spoiler: SpoilerName }) {
    const context = await newLocalContext(browser)
    await context.route('**/node.worker-*.js', async (route) => {
      const response = await route.fetch()
      await route.fulfill({ response, body: `${prologueOf(spoiler)}\n${await response.text()}` })
    })
    const page = await context.newPage()
    await page.goto(new URL('/', link).href)
    await new QuirePage(page).fetch(link)
    return new HostileBrowser(context)
  }

  async kill(): Promise<void> {
    await this.#context.close()
  }
}

function prologueOf(spoiler: SpoilerName): string {
  return `{
    const send = RTCDataChannel.prototype.send
    RTCDataChannel.prototype.send = function (data) {
      if (!(data?.byteLength > ${LARGE_BYTES})) return send.call(this, data)
      ${SPOILERS[spoiler]}
    }
  }`
}
