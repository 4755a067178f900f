/** Host pages of every kind: that may not, that forge, that flood, that cover; and what a page may expect of the elements. */
import { expect, type Frame, type Locator, type Page } from '@playwright/test'
import { readFile } from 'node:fs/promises'
import { violationsInAll } from './fixtures/axe.ts'
import { addFile, answer, frameOf, handOver, logOf, test } from './fixtures/widget-host.ts'

const NONCE = '0123456789abcdef'.repeat(2)

test('a site decides which pages may frame what, and a page that may not is told so', async ({ openHost }) => {
  const page = await openHost({
    query: { file: `z${'D'.repeat(51)}` },
    prepare: (opened) =>
      opened.route('**/widget-hosts.json', (route) =>
        route.fulfill({ json: { 'https://blog.example': { read: 'allowed' } } }),
      ),
  })

  await expect(frameOf(page, 'file').getByRole('heading', { name: /may not show this/ })).toBeVisible()
  await expect(logOf(page, 'file error')).toContainText('ERR_WIDGET_HOST_DENIED')
  await expect(frameOf(page, 'drop').getByRole('heading', { name: 'No files can be added here' })).toBeVisible()
  await expect(logOf(page, 'drop error')).toContainText('ERR_WIDGET_HOST_DENIED')
  expect(await violationsInAll(page)).toEqual([])
  // No node runs for it: nobody hears that this browser is online.
  expect(page.workers()).toEqual([])
})

test('a page that is asked for waits for the person, and for a question that nothing covers', async ({ openHost }) => {
  const page = await openHost({
    query: { file: `zDv${'1'.repeat(49)}`, without: 'drop' },
    prepare: (opened) =>
      opened.route('**/widget-hosts.json', (route) => route.fulfill({ json: { '*': { read: 'asked' } } })),
  })
  const file = frameOf(page, 'file')
  await file.getByRole('button', { name: 'Show it' }).click()
  const yes = file.getByRole('dialog').getByRole('button', { name: 'Show it' })
  await expect(yes).toBeEnabled()
  // Before the answer no node runs, and nobody hears that this browser is online.
  expect(page.workers()).toEqual([])

  // What lures somebody into pressing is put over the question, or the question is made to be seen through.
  await page.evaluate(() => {
    const lure = document.createElement('div')
    lure.id = 'lure'
    lure.textContent = 'You have won'
    lure.setAttribute('popover', 'manual')
    document.body.append(lure)
    lure.showPopover()
    Object.assign(lure.style, { inset: '0', width: '100vw', height: '100vh', pointerEvents: 'none' })
  })
  await expect(file.getByText('Something lies over this question.')).toBeVisible()
  await expect(yes).toBeDisabled()
  await page.evaluate(() => document.querySelector('#lure')?.remove())
  await expect(yes).toBeEnabled()
  await page.evaluate(() => {
    Object.assign(document.querySelector<HTMLElement>('#file')?.style ?? {}, { opacity: '0.01' })
  })
  await expect(yes).toBeDisabled()
  await page.evaluate(() => document.querySelector('#file')?.removeAttribute('style'))
  await answer(file, 'Show it')
  await expect(file.getByText('This file cannot be shown')).toBeVisible()
  await expect.poll(() => page.workers().length).toBeGreaterThan(0)
})

test('forged, replayed and late greetings are refused, and a flood of messages leaves the widget as it was', async ({
  openHost,
  keeper,
}) => {
  const page = await openHost({ query: { without: 'drop' } })
  const challenge = await page.evaluate(async (address) => {
    const [frame, sibling] = [document.createElement('iframe'), document.createElement('iframe')]
    frame.name = 'target'
    frame.src = address
    sibling.name = 'sibling'
    document.body.append(frame, sibling)
    return new Promise<string>((resolve) => {
      addEventListener('message', ({ data, source }) => {
        if (source === frame.contentWindow && data.type === 'quire-widget-ready') resolve(data.challenge)
      })
    })
  }, `${keeper.url}/widget.html#/drop?nonce=${NONCE}`)
  const right = { versions: [1], challenge, nonce: NONCE }
  const greet = (hello: object, from: Frame = page.mainFrame()) => greetFrom(from, { hello, quire: keeper.url })
  const sibling = page.frame('sibling')
  if (sibling === null) throw new Error('There is no frame beside the widget’s.')

  expect(await greet({ ...right, nonce: 'f'.repeat(32) })).toBe('nonce')
  expect(await greet({ ...right, challenge: 'f'.repeat(32) })).toBe('nonce')
  expect(await greet({ ...right, versions: 'x'.repeat(1_000_000) })).toBe('malformed')
  expect(await greet({ ...right, versions: [99] })).toBe('version')
  // A frame beside it that knows all that this page knows.
  expect(await greet(right, sibling)).toBe('origin')
  expect(await greet(right)).toBe('welcome')

  const heard = await page.evaluate(
    ({ quire, hello }) => {
      const { port } = globalThis as unknown as { port: MessagePort }
      const { port1, port2 } = new MessageChannel()
      const target = window.frames[0]
      return new Promise<string>((resolve) => {
        port1.addEventListener('message', () => resolve('the second greeting counted'))
        port1.start()
        port.addEventListener('message', ({ data }) => data.type === 'state' && resolve('the first port counts'))
        target?.postMessage({ type: 'quire-widget-hello', ...hello }, quire, [port2])
        for (let sent = 0; sent < 20; sent++)
          port.postMessage({ type: 'show', view: { kind: 'file', cid: '../../etc' } })
        port.postMessage({ type: 'show', view: { kind: 'file', cid: `zDv${'1'.repeat(49)}` } })
        for (let sent = 0; sent < 5_000; sent++) port.postMessage({ type: 'appearance', theme: 'light', sent })
      })
    },
    { quire: keeper.url, hello: right },
  )
  expect(heard).toBe('the first port counts')

  const root = page.frameLocator('iframe[name=target]').locator('html')
  await expect(async () => {
    await page.evaluate(() => {
      const { port } = globalThis as unknown as { port: MessagePort }
      port.postMessage({ type: 'appearance', theme: 'dark' })
    })
    await expect(root).toHaveAttribute('data-theme', 'dark', { timeout: 500 })
  }).toPass()
  await expect(page.frameLocator('iframe[name=target]').getByText('This file cannot be shown')).toBeVisible()
})

test('an element that is taken out of a page leaves no node behind, and can be put back', async ({ openHost }) => {
  const page = await openHost()
  const drop = frameOf(page, 'drop')
  await expect(drop.getByRole('button', { name: 'Add files' })).toBeVisible()
  const framesAndWorkers = () => [page.frames().length, page.workers().length]
  const before = framesAndWorkers()

  for (let round = 0; round < 3; round++) {
    await page.evaluate(() => {
      const element = document.querySelector('#drop')
      element?.remove()
      Object.assign(globalThis, { element })
    })
    await expect.poll(framesAndWorkers).toEqual([1, 0])
    await page.evaluate(() => document.querySelector('main')?.append(Reflect.get(globalThis, 'element')))
    await expect(drop.getByRole('button', { name: 'Add files' })).toBeVisible()
  }

  await expect.poll(framesAndWorkers).toEqual(before)
  await addFile(page, 'a.txt', 'a')
  await answer(drop, 'Add')
  await expect(page.locator('#uploaded')).toHaveText(/^a\.txt: zDv/)
})

test('the elements of the package run in a page that names the Quire, and a lazy one waits to be near', async ({
  openHost,
  keeper,
  example,
}) => {
  const elements = await readFile('dist/sdk/elements.js')
  const address = new URL('elements.js', example).href
  const page = await openHost({
    query: { theme: 'light' },
    prepare: async (opened) => {
      await opened.route(`${keeper.url}/elements.js`, (route) => route.abort())
      await opened.route(address, (route) => route.fulfill({ contentType: 'text/javascript', body: elements }))
    },
  })
  await page.evaluate(
    async ({ script, quire }) => {
      const { setWidgetSite } = await import(script)
      const [space, lazy] = [document.createElement('div'), document.createElement('quire-drop')]
      space.style.height = '20000px'
      lazy.id = 'lazy'
      lazy.setAttribute('loading', 'lazy')
      document.querySelector('main')?.append(space, lazy)
      setWidgetSite(quire)
    },
    { script: address, quire: keeper.url },
  )
  const drop = frameOf(page, 'drop')

  await expect(drop.getByRole('button', { name: 'Add files' })).toBeVisible()
  await expect(drop.locator('html')).toHaveAttribute('data-theme', 'light')
  const lazy = frameOf(page, 'lazy')
  expect(page.frames().filter((frame) => frame.url().includes('widget.html')).length).toBe(1)
  await page.locator('#lazy').scrollIntoViewIfNeeded()
  await expect(lazy.getByRole('button', { name: 'Add files' })).toBeVisible()
})

test('only the widget may be framed by other sites', async ({ keeper }) => {
  const policyOf = async (path: string) => (await fetch(`${keeper.url}${path}`)).headers.get('content-security-policy')

  expect(await policyOf('/widget.html')).toContain('frame-ancestors *')
  for (const path of ['/', '/index.html', '/elements.js']) {
    expect(`${path}: ${(await policyOf(path)) ?? ''}`).toContain("frame-ancestors 'none'")
  }
})

for (const theme of ['light', 'dark']) {
  test(`the widget is usable by keyboard and by all, ${theme}`, async ({ openHost }) => {
    const page = await openHost({ query: { theme, file: `zDv${'1'.repeat(49)}` } })
    const [drop, file] = [frameOf(page, 'drop'), frameOf(page, 'file')]
    await expect(drop.locator('html')).toHaveAttribute('data-theme', theme)
    await expect(file.getByText('This file cannot be shown')).toBeVisible()
    await expect(drop.getByRole('button', { name: 'Add files' })).toBeVisible()
    expect(await violationsInAll(page)).toEqual([])

    const about = drop.getByRole('button', { name: 'About' })
    await tabTo(page, about)
    await page.keyboard.press('Enter')
    await expect(drop.getByRole('dialog')).toBeVisible()
    expect(await violationsInAll(page)).toEqual([])
    await page.keyboard.press('Escape')
    await expect(about).toBeFocused()

    await handOver(page, 'peas.txt')
    const yes = drop.getByRole('dialog').getByRole('button', { name: 'Add', exact: true })
    await expect(yes).toBeEnabled()
    expect(await violationsInAll(page)).toEqual([])
    await tabTo(page, drop.getByLabel(/^Remember this for/))
    await page.keyboard.press('Space')
    await tabTo(page, yes)
    await page.keyboard.press('Enter')
    await expect(page.locator('#uploaded')).toHaveText(/^peas\.txt: zDv/)
    await expect(drop.getByRole('button', { name: 'Copy link' })).toBeVisible()
    expect(await violationsInAll(page)).toEqual([])
  })
}

/** Posts a greeting from `from` to the frame “target”; resolves with what is answered on its port. */
function greetFrom(from: Frame, { hello, quire }: { hello: object; quire: string }): Promise<unknown> {
  return from.evaluate(
    ({ greeting, origin }) =>
      new Promise((resolve) => {
        const { port1, port2 } = new MessageChannel()
        port1.addEventListener('message', ({ data }) => resolve(data.reason ?? data.type))
        port1.start()
        Object.assign(globalThis, { port: port1 })
        window.top?.frames[0]?.postMessage({ type: 'quire-widget-hello', ...greeting }, origin, [port2])
      }),
    { greeting: hello, origin: quire },
  )
}

/** Presses Tab until `target` has the focus. */
async function tabTo(page: Page, target: Locator): Promise<void> {
  for (let presses = 0; presses < 30; presses++) {
    if (await target.evaluate((element) => element.ownerDocument.activeElement === element && document.hasFocus()))
      return
    await page.keyboard.press('Tab')
  }
  throw new Error('Tab does not lead there.')
}
