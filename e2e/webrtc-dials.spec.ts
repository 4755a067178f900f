import { expect, test as base } from '@playwright/test'
import type { Page } from '@playwright/test'
import type { DialAnswer, DialCommand } from './webrtc/dial-commands.ts'
import { startDialLab } from './webrtc/start-dial-lab.ts'
import type { DialLab } from './webrtc/start-dial-lab.ts'

const DIAL_COUNT = 200

interface Dialling {
  readonly lab: DialLab
  readonly dialler: DialNode
  readonly listener: DialNode
}

class DialNode {
  readonly #page: Page
  readonly address: string

  private constructor(page: Page, address: string) {
    this.#page = page
    this.address = address
  }

  static async open(page: Page, lab: DialLab): Promise<DialNode> {
    await page.goto(lab.pageUrl)
    await page.waitForFunction(() => 'performDialCommand' in globalThis)
    const answer = await perform(page, { type: 'start', relay: lab.relayAddress })
    return new DialNode(page, answer.type === 'started' ? answer.address : '')
  }

  async dial(address: string, stay = false): Promise<Extract<DialAnswer, { type: 'dialled' }>> {
    const answer = await perform(this.#page, { type: 'dial', address, stay })
    if (answer.type !== 'dialled') {
      throw new Error(`dial was answered with ${answer.type}`)
    }
    return answer
  }

  /** When this side hung up, or saw the other side do so. */
  async closedAtMs(how: 'hang-up' | 'await-hang-up'): Promise<number> {
    const answer = await perform(this.#page, { type: how })
    return answer.type === 'closed' ? answer.atMs : Number.NaN
  }
}

function perform(page: Page, command: DialCommand): Promise<DialAnswer> {
  return page.evaluate((asked) => globalThis.performDialCommand(asked), command)
}

const test = base.extend<Dialling>({
  // Playwright reads a fixture's needs from this pattern, empty or not.
  lab: async ({}, use) => {
    const lab = await startDialLab()
    await use(lab)
    await lab.stop()
  },
  dialler: async ({ browser, lab }, use) => {
    const context = await browser.newContext()
    await use(await DialNode.open(await context.newPage(), lab))
    await context.close()
  },
  listener: async ({ browser, lab }, use) => {
    const context = await browser.newContext()
    await use(await DialNode.open(await context.newPage(), lab))
    await context.close()
  },
})

test('unmodified @libp2p/webrtc dials a browser 200 times in a row without a failure', async ({
  dialler,
  listener,
}, testInfo) => {
  test.setTimeout(180_000)
  const elapsedMs: number[] = []
  let last = { connectionsMade: 0, connectionsHeld: 0 }

  for (let i = 0; i < DIAL_COUNT; i += 1) {
    const dialled = await test.step(`dial ${i + 1}`, () => dialler.dial(listener.address))
    elapsedMs.push(dialled.elapsedMs)
    last = dialled
  }

  const sortedMs = elapsedMs.toSorted((a, b) => a - b)
  const figures = {
    dials: elapsedMs.length,
    medianMs: sortedMs[DIAL_COUNT / 2],
    slowestMs: sortedMs.at(-1),
    connectionsHeld: last.connectionsHeld,
  }
  testInfo.annotations.push({ type: 'dials', description: JSON.stringify(figures) })
  expect(last.connectionsMade).toBe(DIAL_COUNT)
})

test('the other side sees a hang-up within a second', async ({ dialler, listener }, testInfo) => {
  await dialler.dial(listener.address, true)

  const seen = listener.closedAtMs('await-hang-up')
  const delayMs = -(await dialler.closedAtMs('hang-up')) + (await seen)

  testInfo.annotations.push({ type: 'hang-up', description: `seen after ${delayMs} ms` })
  expect(delayMs).toBeLessThan(1000)
})
