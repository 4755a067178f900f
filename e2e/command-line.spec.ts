import { expect } from '@playwright/test'
import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { sha256OfFile } from './fixtures/quire-page.ts'
import { test } from './fixtures/quire-test.ts'

const MIB = 1 << 20
const PROGRAM = join(import.meta.dirname, '..', 'dist', 'node', 'cli.js')
const runFile = promisify(execFile)

async function quire(...args: string[]): Promise<string> {
  const { stdout } = await runFile(process.execPath, [PROGRAM, ...args])
  return stdout.trim()
}

test('the command line gives a file the CID that the page gives it', async ({ openBrowser, makeFile }) => {
  const file = await makeFile('same.txt', 3 * MIB + 5)
  const a = await openBrowser()

  const link = await a.share(file.path, file.name)

  expect(link).toContain(await quire('cid', file.path))
})

test('a file added to the keeper is fetched by a browser that knows its CID alone', async ({
  openBrowser,
  makeFile,
  keeper,
}) => {
  const file = await makeFile('from-the-keeper.bin', 5 * MIB)
  const cid = await quire('add', file.path, '--data-dir', keeper.dataDir)

  const b = await openBrowser()
  await b.fetch(cid)
  await b.waitUntilComplete(file.name)

  expect((await b.save(file.name)).sha256).toBe(file.sha256)
  expect(await quire('ls', '--data-dir', keeper.dataDir)).toContain(cid)
})

test('the command line gets a file that only a browser holds, through the keeper', async ({
  openBrowser,
  makeFile,
  keeper,
}) => {
  const file = await makeFile('from-the-browser.bin', 5 * MIB)
  const a = await openBrowser()
  const link = await a.share(file.path, file.name)
  const target = `${file.path}.got`

  await quire('get', link, '-o', target, '--data-dir', keeper.dataDir)

  expect(await sha256OfFile(target)).toBe(file.sha256)
})

test('a dataset removed from the keeper is listed no more', async ({ makeFile, keeper }) => {
  const file = await makeFile('removed.bin', MIB)
  const cid = await quire('add', file.path, '--data-dir', keeper.dataDir)

  await quire('rm', cid, '--data-dir', keeper.dataDir)

  expect(await quire('ls', '--data-dir', keeper.dataDir)).not.toContain(cid)
})
