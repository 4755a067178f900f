import { expect, test } from '@playwright/test'
import { execFile } from 'node:child_process'
import { copyFile, readdir, readFile, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { Quire } from '../src/sdk/quire.browser.ts'
import { InstalledLibrary } from './library/installed-library.ts'
import { UserPage } from './library/user-page.ts'

const root = join(import.meta.dirname, '..')
const EXAMPLES = join(root, 'examples', 'sdk')

/** What a page of a user has: see `UserPage`. */
declare const LibraryOfUser: typeof Quire

test.describe('the library, packed and installed into an empty folder', () => {
  let library: InstalledLibrary

  test.beforeAll(async () => {
    library = await InstalledLibrary.install()
  })
  test.afterAll(() => library.remove())

  test('needs no other package, and runs its examples under Node', async () => {
    test.slow()
    expect(await readdir(join(library.folder, 'node_modules'))).toEqual(expect.arrayContaining(['quire']))
    expect((await readdir(join(library.folder, 'node_modules'))).filter((name) => !name.startsWith('.'))).toHaveLength(
      1,
    )
    // For the example with a folder, as its user would install it.
    await symlink(join(root, 'node_modules', 'lmdb'), join(library.folder, 'node_modules', 'lmdb'))
    const examples = (await readdir(EXAMPLES)).filter((file) => file.endsWith('.ts'))
    expect(examples.length).toBeGreaterThan(8)
    for (const file of examples) {
      const script = file.replace('.ts', '.mjs')
      // They have no types in them, so that they are JavaScript as they stand.
      await copyFile(join(EXAMPLES, file), join(library.folder, script))
      await test.step(file, () => library.node(script))
    }
  })

  test('has types for both ways in which TypeScript finds packages', async () => {
    await writeFile(
      join(library.folder, 'user.ts'),
      `import { Quire, QuireError, type Dataset } from 'quire'
const quire: Quire = await Quire.create({ storage: 'memory' })
const dataset: Dataset = await quire.upload(new Blob(['x']), { onProgress: ({ fraction }) => fraction?.toFixed() })
quire.addEventListener('transfer', ({ detail }) => detail.doneBytes.toFixed())
// @ts-expect-error There is no such option.
await Quire.create({ colour: 'red' })
export const code = (error: unknown): string => (error instanceof QuireError ? error.code : dataset.cid)
`,
    )
    for (const [module, moduleResolution] of [
      ['nodenext', 'nodenext'],
      ['esnext', 'bundler'],
    ]) {
      const options = ['--strict', '--noEmit', '--target', 'es2022', '--lib', 'es2024,dom,dom.iterable']
      const args = [...options, '--module', module ?? '', '--moduleResolution', moduleResolution ?? '', 'user.ts']
      await promisify(execFile)(join(root, 'node_modules', '.bin', 'tsc'), args, { cwd: library.folder })
    }
  })

  test('is bundled into a page as it comes, and fetches there what a node of Node shares', async ({ page }) => {
    const userPage = await UserPage.start(library.folder)
    const { Quire: NodeQuire } = (await import(join(library.folder, 'node_modules', 'quire', 'node.js'))) as {
      Quire: typeof Quire
    }
    const sharer = await NodeQuire.create({ listen: ['/ip4/127.0.0.1/tcp/0/ws'] })
    try {
      await sharer.start()
      const content = new Uint8Array(1_000_000).map((_, i) => i & 255)
      const { cid } = await sharer.upload(content, { name: 'shared.bin' })
      const link = await sharer.link(cid, 'https://quire.example/')
      await page.goto(userPage.url)
      await expect(page).toHaveTitle('loaded')
      const found = await page.evaluate(async (link) => {
        const quire = await LibraryOfUser.create({ keepers: [], storage: 'memory' })
        await quire.start()
        const bytes = await quire.bytes(link)
        const { name } = await quire.manifest(link)
        const own = await quire.upload(new Blob(['Hello World!']), { name: 'hello.txt', mediaType: 'text/plain' })
        const version = await quire.version()
        await quire.close()
        return { sizeBytes: bytes.byteLength, last: bytes.at(-1), name, own: own.cid, version }
      }, link)
      expect(found).toEqual({
        sizeBytes: 1_000_000,
        last: 999_999 & 255,
        name: 'shared.bin',
        own: 'zDvZRwzmAvGXfZyfdvz1FMD89V4yDXLCPW8NcfQk3wSN55Z3AfYd',
        version: JSON.parse(await readFile(join(root, 'package.json'), 'utf8')).version,
      })
    } finally {
      await sharer.close()
      await userPage.stop()
    }
  })

  test('runs one node for two tabs of the page’s origin', async ({ context }) => {
    const userPage = await UserPage.start(library.folder)
    try {
      const tabs = [await context.newPage(), await context.newPage()]
      const peers: string[] = []
      for (const tab of tabs) {
        await tab.goto(userPage.url)
        await expect(tab).toHaveTitle('loaded')
        peers.push(
          await tab.evaluate(async () => {
            const quire = await LibraryOfUser.create({ keepers: [], name: 'shop' })
            await quire.start()
            return quire.peerId()
          }),
        )
      }
      expect(peers[0]).toMatch(/^16Uiu2HA/)
      expect(peers[1]).toBe(peers[0])
    } finally {
      await userPage.stop()
    }
  })
})
