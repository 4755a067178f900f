/**
 * Browsers, a keeper, and a peer that speaks TCP alone: a second implementation of the wire, in Go, which shares no code
 * with Quire.
 */
import { expect } from '@playwright/test'
import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { cidOf } from './fixtures/cid-of.ts'
import type { GoPeerFetch, GoPeerProcess } from './fixtures/go-peer-process.ts'
import { testGoPeer } from './fixtures/go-peer-program.ts'
import { KeeperProcess } from './fixtures/keeper-process.ts'
import { BUILD_TIMEOUT_MS, tcpAddressOf, test } from './fixtures/native-test.ts'
import { sha256OfFile } from './fixtures/quire-page.ts'

const MIB = 1 << 20
const PROGRAM = join(import.meta.dirname, '..', 'dist', 'node', 'cli.js')
const runFile = promisify(execFile)

async function quire(...args: string[]): Promise<string> {
  const { stdout } = await runFile(process.execPath, [PROGRAM, ...args])
  return stdout.trim()
}

test('the peer in Go holds to the vectors of native nodes', async () => {
  // It compiles libp2p where nobody has yet.
  test.setTimeout(BUILD_TIMEOUT_MS)
  await testGoPeer()
})

test('a browser that knows a CID alone fetches what only a TCP peer holds, through the keeper', async ({
  openBrowser,
  makeFile,
  keeper,
  keeperTcp,
  startGoPeer,
}) => {
  const file = await makeFile('from-tcp.bin', 5 * MIB + 321)
  const native = await startGoPeer({ relay: keeperTcp, bootstrap: keeperTcp })
  const cid = await native.serve(file.path, file.name)
  await native.relayedAddresses
  await native.provide(cid)
  const relayedBefore = await keeper.relayedBytes()

  const browser = await openBrowser()
  await browser.fetch(cid)
  await browser.waitUntilComplete(file.name)

  expect((await browser.save(file.name)).sha256).toBe(file.sha256)
  expect((await browser.connections()).some((connection) => /through/.test(connection))).toBe(true)
  expect((await keeper.relayedBytes()) - relayedBefore).toBeGreaterThan(5 * MIB)
})

test('a TCP peer that knows a CID alone fetches what only a browser holds, through the keeper', async ({
  openBrowser,
  makeFile,
  keeper,
  keeperTcp,
  startGoPeer,
}) => {
  const file = await makeFile('from-browser.bin', 5 * MIB + 123)
  const browser = await openBrowser()
  const cid = cidOf(await browser.share(file.path, file.name))
  const native = await startGoPeer({ bootstrap: keeperTcp })
  const target = `${file.path}.got`
  const relayedBefore = await keeper.relayedBytes()

  const fetched = await fetchOnceTold(native, cid, target)

  expect(await sha256OfFile(target)).toBe(file.sha256)
  expect(fetched.name).toBe(file.name)
  expect(fetched.over.some(({ isRelayed }) => isRelayed)).toBe(true)
  expect((await keeper.relayedBytes()) - relayedBefore).toBeGreaterThan(5 * MIB)
})

test('the keeper fetches over TCP what only a TCP peer holds, keeps it, and browsers have it from there', async ({
  openBrowser,
  makeFile,
  keeper,
  keeperTcp,
  startGoPeer,
}) => {
  const file = await makeFile('pinned.bin', 8 * MIB + 1)
  const native = await startGoPeer({ bootstrap: keeperTcp })
  const cid = await native.serve(file.path, file.name)
  await native.provide(cid)
  const target = `${file.path}.got`

  await quire('get', cid, '-o', target, '--data-dir', keeper.dataDir)
  await native.stop()

  expect(await sha256OfFile(target)).toBe(file.sha256)
  expect(await quire('ls', '--data-dir', keeper.dataDir)).toContain(cid)
  expect(await keeper.relayedBytes()).toBe(0)
  const browser = await openBrowser()
  await browser.fetch(cid)
  await browser.waitUntilComplete(file.name)
  expect((await browser.save(file.name)).sha256).toBe(file.sha256)
})

test('a TCP peer fetches from the keeper over TCP', async ({ makeFile, keeper, keeperTcp, startGoPeer }) => {
  const file = await makeFile('from-the-keeper.bin', 8 * MIB + 2)
  const cid = await quire('add', file.path, '--data-dir', keeper.dataDir)
  const native = await startGoPeer({ bootstrap: keeperTcp })
  const target = `${file.path}.got`

  const fetched = await native.fetch(cid, target)

  expect(await sha256OfFile(target)).toBe(file.sha256)
  expect(fetched.over.map(({ isRelayed }) => isRelayed)).toEqual([false])
})

test('transfers through a keeper go on over new circuits when theirs are used up, in both directions', async ({
  openBrowser,
  makeFile,
  startGoPeer,
}) => {
  const keeper = await KeeperProcess.start({ args: ['--relay-data-limit', '4MiB'] })
  try {
    const theirs = await makeFile('theirs.bin', 10 * MIB)
    const ours = await makeFile('ours.bin', 10 * MIB + 1)
    const keeperTcp = await tcpAddressOf(keeper)
    const native = await startGoPeer({ relay: keeperTcp, bootstrap: keeperTcp })
    await native.relayedAddresses
    const cid = await native.serve(theirs.path, theirs.name)
    await native.provide(cid)
    const browser = await openBrowser({ url: keeper.url })
    const target = `${ours.path}.got`

    await browser.fetch(cid)
    await browser.waitUntilComplete(theirs.name)
    const ownCid = cidOf(await browser.share(ours.path, ours.name))
    const fetched = await fetchOnceTold(native, ownCid, target)

    expect((await browser.save(theirs.name)).sha256).toBe(theirs.sha256)
    expect(await sha256OfFile(target)).toBe(ours.sha256)
    expect(fetched.interruptions).not.toEqual([])
  } finally {
    await keeper.remove()
  }
})

/** A page tells keepers of a file a moment after it is complete: who asks earlier is told that nobody holds it. */
async function fetchOnceTold(native: GoPeerProcess, cid: string, target: string): Promise<GoPeerFetch> {
  let outcome: Promise<GoPeerFetch> | undefined
  await expect(async () => {
    outcome = native.fetch(cid, target)
    await outcome.catch((error: unknown) => expect(String(error)).not.toContain('nobody is known'))
  }).toPass({ timeout: 60_000 })
  if (outcome === undefined) throw new Error('Nothing was fetched.')
  return outcome
}
