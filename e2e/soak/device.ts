import { type Browser, type BrowserContext, expect, type Page } from '@playwright/test'
import { rm, stat } from 'node:fs/promises'
import { crash } from '../fixtures/crash.ts'
import { newLocalContext } from '../fixtures/local-context.ts'
import { QuirePage } from '../fixtures/quire-page.ts'
import { settledHeaps } from '../fixtures/worker-heap.ts'
import { countPeerConnections, openPeerConnections } from './connection-count.ts'
import type { SoakFile } from './file-library.ts'

const ACTION_TIMEOUT_MS = 60_000
/** On a busy machine a click takes its time; one that was given up may have been one all the same. */
const CLICK_MS = 10_000
/** A dataset that just went has no link. */
const BRIEF_MS = 2_000
const LINK_TIMEOUT_MS = 3_000

/** One browser with storage of its own, and what it should hold. */
export class Device {
  readonly name: string
  /** Whether its page lives from the beginning to the end: growth can be seen in such a one alone. */
  readonly isSteady: boolean
  /** Complete, as far as was told. */
  readonly held = new Set<SoakFile>()
  readonly fetching = new Set<SoakFile>()
  readonly uploading = new Set<SoakFile>()
  readonly #browser: Browser
  readonly #url: string
  #context: BrowserContext
  #quire: QuirePage

  private constructor(
    parts: { name: string; isSteady: boolean; browser: Browser; url: string },
    opened: { context: BrowserContext; quire: QuirePage },
  ) {
    this.name = parts.name
    this.isSteady = parts.isSteady
    this.#browser = parts.browser
    this.#url = parts.url
    this.#context = opened.context
    this.#quire = opened.quire
  }

  static async open(init: { name: string; isSteady: boolean; browser: Browser; url: string }): Promise<Device> {
    return new Device(init, await openQuire(init.browser, init.url))
  }

  get page(): Page {
    return this.#quire.page
  }

  async upload(file: SoakFile): Promise<void> {
    this.fetching.delete(file)
    this.uploading.add(file)
    await this.#quire.add(file.path)
  }

  async fetch(file: SoakFile, link: string): Promise<void> {
    this.fetching.add(file)
    await this.#quire.fetch(link)
    // Once it is listed it has to outlive whatever comes next. Its name shows with its description.
    const [page = ''] = link.split('?')
    const names = new RegExp(`${file.name}|${page.slice(-6)}`)
    const rows = this.page.locator('.transfer-row, .dataset-row').filter({ hasText: names })
    await expect(rows.first()).toBeVisible({ timeout: ACTION_TIMEOUT_MS })
  }

  /** Undefined where the dataset is not here, or the device has no address to tell now. */
  async linkOf(file: SoakFile): Promise<string | undefined> {
    if ((await this.#quire.row(file.name).count()) === 0) return undefined
    await this.#quire.showDetails(file.name)
    const field = this.page.getByRole('textbox', { name: 'Link', exact: true })
    await field.waitFor({ timeout: BRIEF_MS }).catch(() => undefined)
    if ((await field.count()) === 0) return undefined
    const isReachable = await expect(field)
      .toHaveValue(/maddrs=.*webrtc/, { timeout: LINK_TIMEOUT_MS })
      .then(
        () => true,
        () => false,
      )
    return isReachable ? field.inputValue() : undefined
  }

  /** Saves it through the browser’s download, and throws where that is not its source byte for byte. */
  async compare(file: SoakFile): Promise<void> {
    const { sha256, path, filename } = await this.#quire.save(file.name)
    const { size } = await stat(path)
    await rm(path, { force: true })
    if (sha256 === file.sha256) return
    const [is, should] = [`${size} bytes, ${sha256}`, `${file.sizeBytes} bytes, ${file.sha256}`]
    throw new Error(`${file.name} of ${this.name} differs: saved as ${filename} it has ${is} in place of ${should}.`)
  }

  /** False where the list does not show it (yet). */
  async delete(file: SoakFile): Promise<boolean> {
    if (!(await this.#quire.row(file.name).isVisible())) return false
    await this.#quire.delete(file.name)
    for (const files of [this.held, this.fetching, this.uploading]) files.delete(file)
    return true
  }

  isComplete(file: SoakFile): Promise<boolean> {
    return this.#quire.row(file.name).filter({ hasText: 'Complete' }).isVisible()
  }

  /** What the page says of a file, for a person who asks why it is not here. */
  async saysOf(file: SoakFile): Promise<string> {
    const rows = [...(await this.#quire.transfer(file.name).allTextContents())]
    return [...rows, ...(await this.#quire.row(file.name).allTextContents())].join(' | ') || 'nothing'
  }

  /** All that its page shows, for a person who asks what went wrong. */
  async shown(): Promise<string> {
    const text = await this.page.locator('body').innerText({ timeout: BRIEF_MS }).catch(String)
    return `${this.name}: ${text.replace(/\s+/g, ' ')}`
  }

  /** False where nothing of this file runs any more. */
  async press(button: 'Pause' | 'Resume', file: SoakFile): Promise<boolean> {
    const found = this.#quire.transfer(file.name).getByRole('button', { name: new RegExp(`^${button}`) })
    if (!(await found.isVisible())) return false
    return found.click({ timeout: CLICK_MS }).then(
      () => true,
      () => false,
    )
  }

  async reload(): Promise<void> {
    await this.page.reload()
    await this.#giveUploadsAgain()
  }

  /** Kills the tab’s process, and opens a new tab. */
  async crash(): Promise<void> {
    const old = this.page
    await crash(old)
    this.#quire = await openTab(this.#context, this.#url)
    await old.close()
    await this.#giveUploadsAgain()
  }

  /** Goes for good; in its place another person comes, with nothing. */
  async replace(): Promise<void> {
    for (const files of [this.held, this.fetching, this.uploading]) files.clear()
    await this.#context.close()
    const { context, quire } = await openQuire(this.#browser, this.#url)
    this.#context = context
    this.#quire = quire
  }

  async setOffline(isOffline: boolean): Promise<void> {
    await this.#context.setOffline(isOffline)
  }

  async readMemory() {
    const { pageBytes, workerBytes } = await settledHeaps(this.page)
    return { pageBytes, workerBytes, ...(await openPeerConnections(this.page)) }
  }

  /** Those that it refuses now, newest first, at most twenty. */
  async droppedPeers(): Promise<{ peer: string; reason: string }[]> {
    await this.page.getByRole('link', { name: 'Network' }).first().click()
    await this.page.locator('.upload-limits').waitFor()
    const peers = await this.page.locator('.dropped-peers li').evaluateAll((items) =>
      items.map((item) => ({
        peer: item.firstElementChild?.textContent ?? '',
        reason: item.querySelector(':scope > p')?.textContent ?? '',
      })),
    )
    await this.page.getByRole('link', { name: 'Files' }).first().click()
    return peers
  }

  async close(): Promise<void> {
    await this.#context.close()
  }

  /** An upload that was cut off goes on when the person gives the file again. */
  async #giveUploadsAgain(): Promise<void> {
    await this.page.getByLabel('Files to add').waitFor({ state: 'attached' })
    for (const file of this.uploading) await this.#quire.add(file.path)
  }
}

async function openQuire(browser: Browser, url: string): Promise<{ context: BrowserContext; quire: QuirePage }> {
  const context = await newLocalContext(browser)
  context.setDefaultTimeout(ACTION_TIMEOUT_MS)
  await countPeerConnections(context)
  return { context, quire: await openTab(context, url) }
}

async function openTab(context: BrowserContext, url: string): Promise<QuirePage> {
  const page = await context.newPage()
  // “Leave the page?”, while an upload runs.
  page.on('dialog', (dialog) => void dialog.accept())
  await page.goto(url)
  return new QuirePage(page)
}
