/** A real Chromium in a client’s namespace, with Quire open in it. */
import { type Browser, type BrowserContext, chromium, type Page } from '@playwright/test'
import { chmod, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { CHROMIUM_FLAGS } from '../fixtures/chromium-flags.ts'
import { QuirePage } from '../fixtures/quire-page.ts'
import type { Namespace } from './namespace.ts'
import { readRecord, recordEvents, type PageRecord } from './page-record.ts'

export interface LabBrowserInit {
  readonly executablePath: string
  /** An empty one. */
  readonly folder: string
  /** Those of the keepers. Storage and hashing want a secure origin, and a keeper at a bare address has no certificate. */
  readonly origins: readonly string[]
}

export class LabBrowser {
  readonly #browser: Browser
  readonly #context: BrowserContext
  #quire: QuirePage | undefined

  private constructor(parts: { browser: Browser; context: BrowserContext }) {
    this.#browser = parts.browser
    this.#context = parts.context
  }

  static async launch(namespace: Namespace, { executablePath, folder, origins }: LabBrowserInit): Promise<LabBrowser> {
    const program = join(folder, 'chromium')
    // `exec`, so that the signals and pipes of the harness reach the browser itself.
    const commandLine = namespace.commandLine(executablePath, []).map((word) => `'${word}'`)
    await writeFile(program, `#!/bin/sh\nexec ip ${commandLine.join(' ')} "$@"\n`)
    await chmod(program, 0o755)
    const browser = await chromium.launch({
      executablePath: program,
      headless: true,
      args: [...CHROMIUM_FLAGS, '--no-proxy-server', `--unsafely-treat-insecure-origin-as-secure=${origins.join(',')}`],
    })
    const context = await browser.newContext({ acceptDownloads: true })
    // Saves through downloads: no dialog in a test.
    await context.addInitScript(() => Reflect.deleteProperty(globalThis, 'showSaveFilePicker'))
    await context.addInitScript(recordEvents)
    return new LabBrowser({ browser, context })
  }

  /** Opens the page, or a link, as its person does. */
  async open(url: string): Promise<QuirePage> {
    const page = await this.#context.newPage()
    await page.goto(url)
    this.#quire = new QuirePage(page)
    return this.#quire
  }

  get quire(): QuirePage {
    if (this.#quire === undefined) throw new Error('No page is open yet.')
    return this.#quire
  }

  get page(): Page {
    return this.quire.page
  }

  record(): Promise<PageRecord> {
    return readRecord(this.page)
  }

  async close(): Promise<void> {
    await this.#browser.close()
  }
}
