import { expect, type Page, test } from '@playwright/test'
import { execFile } from 'node:child_process'
import { copyFile, readdir, readFile, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { Quire } from '../src/sdk/quire.browser.ts'
import { InstalledLibrary } from './library/installed-library.ts'
import { bundledBytes, UserPage } from './library/user-page.ts'

const root = join(import.meta.dirname, '..')
const EXAMPLES = join(root, 'examples', 'sdk')
const USER = `import { Quire, QuireError, type Dataset } from 'quire'
const quire: Quire = await Quire.create({ storage: 'memory' })
const dataset: Dataset = await quire.upload(new Blob(['x']), { onProgress: ({ fraction }) => fraction?.toFixed() })
quire.addEventListener('transfer', ({ detail }) => detail.doneBytes.toFixed(), { once: true })
// @ts-expect-error There is no such option.
await Quire.create({ colour: 'red' })
// @ts-expect-error Nor such an event.
quire.addEventListener('transfers', ({ detail }) => detail)
export const code = (error: unknown): string => (error instanceof QuireError ? error.code : dataset.cid)
`
const BROWSER_TYPES = ['--lib', 'es2024,dom,dom.iterable']
const NODE_TYPES = ['--lib', 'es2024', '--types', 'node', '--typeRoots', join(root, 'node_modules', '@types')]

/** What a page of a user has: see `UserPage`. */
declare const LibraryOfUser: typeof Quire
/** What a tab of the last test keeps. */
declare const ofTest: { readonly quire: Quire; readonly heard: ReadonlySet<string | undefined> }

test.describe('the library, packed and installed into an empty folder', () => {
  let library: InstalledLibrary
  let userPage: UserPage

  test.beforeAll(async () => {
    library = await InstalledLibrary.install()
    userPage = await UserPage.start(library.folder)
  })
  test.afterAll(async () => {
    await userPage.stop()
    await library.remove()
  })

  test('brings no other package, and what one is published with', async () => {
    const packages = await readdir(join(library.folder, 'node_modules'))
    expect(packages.filter((name) => !name.startsWith('.'))).toEqual(['quire'])
    const read = (file: string): Promise<string> =>
      readFile(join(library.folder, 'node_modules', 'quire', file), 'utf8')
    const manifest = JSON.parse(await read('package.json'))
    expect(manifest).toMatchObject({ name: 'quire', license: 'MIT', engines: { node: '>=20.19.0' } })
    expect(manifest).not.toHaveProperty('private')
    expect(manifest).not.toHaveProperty('dependencies')
    expect(await read('LICENSE')).toContain('MIT')
    expect(await read('README.md')).toContain('npm install')
    expect(await read('THIRD-PARTY-LICENSES.md')).toContain('## libp2p ')
  })

  test('runs its examples under Node', async () => {
    // For the example with a folder, as its user would install it.
    await symlink(join(root, 'node_modules', 'lmdb'), join(library.folder, 'node_modules', 'lmdb'))
    const examples = (await readdir(EXAMPLES)).filter((file) => file.endsWith('.ts'))
    expect(examples.length).toBeGreaterThan(8)
    // They have no types in them, so that they are JavaScript as they stand.
    const scripts = examples.map((file) => file.replace('.ts', '.mjs'))
    await Promise.all(examples.map((file, i) => copyFile(join(EXAMPLES, file), join(library.folder, scripts[i] ?? ''))))
    const all = scripts.map((script) => `await import('./${script}')\nconsole.log('ran ${script}')\n`)
    await writeFile(join(library.folder, 'examples.mjs'), all.join(''))
    const printed = await library.node('examples.mjs')
    for (const script of scripts) expect(printed).toContain(`ran ${script}`)
  })

  test('has types, however TypeScript finds packages, and without those of browsers under Node', async () => {
    await writeFile(join(library.folder, 'user.ts'), USER)
    const compile = (...options: string[]): Promise<unknown> =>
      promisify(execFile)(
        join(root, 'node_modules', '.bin', 'tsc'),
        ['--strict', '--noEmit', '--target', 'es2022', ...options, 'user.ts'],
        { cwd: library.folder },
      ).catch((error: { stdout: string }) => Promise.reject(new Error(error.stdout)))
    await Promise.all([
      compile('--module', 'nodenext', ...BROWSER_TYPES),
      compile('--module', 'esnext', '--moduleResolution', 'bundler', ...BROWSER_TYPES),
      compile('--module', 'nodenext', ...NODE_TYPES),
    ])
  })

  test('costs a page what it takes of it', async () => {
    const one = await bundledBytes(library.folder, `import { isQuireError } from 'quire'\nconsole.log(isQuireError(1))`)
    const all = await bundledBytes(library.folder, `import * as quire from 'quire'\nconsole.log(quire)`)
    // 16 kB and 85 kB when this was written.
    expect(one).toBeLessThan(24_000)
    expect(all).toBeLessThan(120_000)
  })

  test('is bundled into a page as it comes, and fetches there what a node of Node shares', async ({ page }) => {
    const { Quire: NodeQuire } = (await import(join(library.folder, 'node_modules', 'quire', 'node.js'))) as {
      Quire: typeof Quire
    }
    const sharer = await NodeQuire.create({ listen: ['/ip4/127.0.0.1/tcp/0/ws'] })
    try {
      await sharer.start()
      const share = async (name: string, factor: number): Promise<string> => {
        const content = new Uint8Array(1_000_000).map((_, i) => (i * factor) & 255)
        return sharer.link((await sharer.upload(content, { name })).cid, 'https://quire.example/')
      }
      const links = [await share('read.bin', 1), await share('fetched.bin', 3)]
      const [address = ''] = await sharer.addresses()
      await page.goto(userPage.url)
      await expect(page).toHaveTitle('loaded')
      const found = await page.evaluate(
        async ([address = '', link = '', other = '']) => {
          const quire = await LibraryOfUser.create({ keepers: [], storage: 'memory' })
          await quire.start()
          const codeOf = (call: Promise<unknown>) => call.then(String, ({ name, code }) => `${name} ${code}`)
          const local = await codeOf(quire.bytes(link, { isLocal: true }))
          const peer = await quire.connect(address)
          const range = await quire.bytes(link, { range: { startByte: 999_998, endByte: 2_000_000 } })
          const bytes = await quire.bytes(link)
          const task = await quire.startFetch(other)
          await task.pause()
          await task.resume()
          const { isComplete } = await task.done
          const own = await quire.upload(new Blob(['Hello World!']), { name: 'hello.txt', mediaType: 'text/plain' })
          const peers = (await quire.status()).peers.map((each) => each.peer)
          const version = await quire.version()
          await quire.close()
          const name = task.manifest.name
          return { local, peer, peers, range: [...range], last: bytes.at(-1), name, isComplete, own: own.cid, version }
        },
        [address, ...links],
      )
      const peerId = await sharer.peerId()
      expect(found).toEqual({
        local: 'QuireError ERR_DATASET_NOT_FOUND',
        peer: peerId,
        peers: [peerId],
        range: [999_998 & 255, 999_999 & 255],
        last: 999_999 & 255,
        name: 'fetched.bin',
        isComplete: true,
        own: 'zDvZRwzmAvGXfZyfdvz1FMD89V4yDXLCPW8NcfQk3wSN55Z3AfYd',
        version: JSON.parse(await readFile(join(root, 'package.json'), 'utf8')).version,
      })
    } finally {
      await sharer.close()
    }
  })

  test('runs one node for two tabs of the page’s origin, and joins that of Quire’s own page there', async ({
    context,
  }) => {
    const open = async (name: string | undefined): Promise<{ readonly tab: Page; readonly peerId: string }> => {
      const tab = await context.newPage()
      await tab.goto(userPage.url)
      await expect(tab).toHaveTitle('loaded')
      const peerId = await tab.evaluate(async (name) => {
        const quire = await LibraryOfUser.create({
          keepers: [],
          name,
          ...(name === undefined && {
            createSharedWorker: () => new SharedWorker('/app/assets/port-broker.js', { type: 'module' }),
          }),
        })
        const heard = new Set<string | undefined>()
        quire.addEventListener('transfer', ({ detail }) => heard.add(detail.name))
        await quire.start()
        Object.assign(globalThis, { ofTest: { quire, heard } })
        return quire.peerId()
      }, name)
      return { tab, peerId }
    }
    const { tab: first, peerId: shop } = await open('shop')
    expect(shop).toMatch(/^16Uiu2HA/)
    const second = await open('shop')
    expect(second.peerId).toBe(shop)
    // Two nodes over one storage would have one id, too; what one of them does, the other would not tell.
    await second.tab.evaluate(() => ofTest.quire.upload(new Blob(['for both']), { name: 'for-both.txt' }))
    await expect.poll(() => first.evaluate(() => [...ofTest.heard])).toContain('for-both.txt')
    const app = await context.newPage()
    await app.goto(`${userPage.appUrl}#/network`)
    const ownId = app.locator('.copyable-whole', { hasText: /^16Uiu2HA/ }).first()
    await expect(ownId).toBeAttached()
    expect((await open(undefined)).peerId).toBe(await ownId.textContent())
    await expect(ownId).not.toHaveText(shop)
  })
})
