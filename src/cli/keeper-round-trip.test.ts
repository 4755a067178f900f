import { createHash, randomBytes } from 'node:crypto'
import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { startKeeper } from '../keeper/testing/started-keeper.ts'
import { temporaryFolder } from '../keeper/testing/temporary-folder.ts'
import { runCli, type CliInit } from './testing/run-cli.ts'

const HELLO_CID = 'zDvZRwzmAvGXfZyfdvz1FMD89V4yDXLCPW8NcfQk3wSN55Z3AfYd'
const ABSENT_CID = 'zDvZRwzmBEaJ338xaCHbKbGAJ4X41YyccS6eyorrYBbmPnWuLxCw'

async function startWithCli(options: Parameters<typeof startKeeper>[0] = {}) {
  const { keeper, dataDir } = await startKeeper(options)
  const folder = await temporaryFolder()
  const cli = (argv: readonly string[], init: CliInit = {}) =>
    runCli(argv, { ...init, env: { QUIRE_DATA_DIR: dataDir, ...init.env } })
  return { keeper, dataDir, folder, cli }
}

async function writeHello(folder: string): Promise<string> {
  const path = join(folder, 'hello.txt')
  await writeFile(path, 'Hello World!')
  return path
}

describe('files in a keeper', () => {
  it('are added, listed, fetched and removed', async () => {
    const { cli, folder } = await startWithCli()
    const path = await writeHello(folder)
    const copy = join(folder, 'copy.txt')

    expect(await cli(['add', path])).toMatchObject({ status: 0, stdout: `${HELLO_CID}\n`, stderr: '' })
    expect((await cli(['ls'])).stdout).toBe(`${HELLO_CID}      12 B  100 %  hello.txt\n`)
    expect(JSON.parse((await cli(['ls', '--json'])).stdout)).toMatchObject([
      { cid: HELLO_CID, manifest: { mimetype: 'text/plain' } },
    ])
    expect(await cli(['get', HELLO_CID])).toMatchObject({ status: 0, stdout: 'Hello World!', stderr: '' })
    expect(await cli(['get', HELLO_CID, '-o', copy])).toMatchObject({ status: 0, stdout: '', stderr: '' })
    expect(await readFile(copy, 'utf8')).toBe('Hello World!')
    expect(await cli(['rm', HELLO_CID])).toMatchObject({ status: 0, stdout: '', stderr: '' })
    expect((await cli(['ls'])).stdout).toBe('')
  })

  it('are fetched by a share link, into a file that was there before', async () => {
    const { cli, folder } = await startWithCli()
    const path = await writeHello(folder)
    const target = join(folder, 'target')
    await writeFile(target, 'older and longer than what comes')
    await cli(['add', path])

    await cli(['get', `https://quire.example/#/${HELLO_CID}?maddrs=/ip4/203.0.113.7/tcp/1`, '-o', target])

    expect(await readFile(target, 'utf8')).toBe('Hello World!')
    expect((await readdir(folder)).toSorted()).toEqual(['hello.txt', 'target'])
  })

  it('of many blocks come back whole, from standard input to standard output', async () => {
    const { cli } = await startWithCli()
    const content = randomBytes(5_000_000)
    const stdin = async function* (): AsyncGenerator<Uint8Array> {
      for (let at = 0; at < content.length; at += 300_000) yield content.subarray(at, at + 300_000)
    }

    const added = await cli(['add', '-', '--name', 'noise.bin'], { stdin: stdin() })
    const { stdoutBytes } = await cli(['get', added.stdout.trim(), '-o', '-'])

    expect(hashOf(stdoutBytes)).toBe(hashOf(content))
    expect((await cli(['ls'])).stdout).toContain('5.00 MB  100 %  noise.bin')
  })

  it('are added several at a time, each with its name', async () => {
    const { cli, folder } = await startWithCli()
    const path = await writeHello(folder)
    const other = join(folder, 'other')
    await writeFile(other, 'x')

    const { stdout } = await cli(['add', path, other])

    expect(stdout).toMatch(new RegExp(`^${HELLO_CID}  ${path}\nzDv\\w+  ${other}\n$`))
  })

  it('are pinned by a link, and unpinned', async () => {
    const { cli: holder, keeper, folder } = await startWithCli()
    const { cli } = await startWithCli()
    await holder(['add', await writeHello(folder)])
    const tcp = keeper.addresses.find((address) => !address.includes('/ws')) ?? ''

    const pinned = await cli(['pin', `https://quire.example/#/${HELLO_CID}?maddrs=${tcp}`])

    expect(pinned).toMatchObject({ status: 0, stdout: `${HELLO_CID}\n`, stderr: '' })
    expect((await cli(['ls'])).stdout).toBe(`${HELLO_CID}      12 B  100 %  hello.txt\n`)
    expect(await cli(['pin', '--background', HELLO_CID])).toMatchObject({ status: 0, stdout: `${HELLO_CID}\n` })
    expect(await cli(['unpin', HELLO_CID])).toMatchObject({ status: 0 })
    expect((await cli(['ls'])).stdout).toBe('')
  })

  it('are reached by address and token too', async () => {
    const { keeper, dataDir, folder } = await startWithCli()
    const token = (await readFile(join(dataDir, 'api-token'), 'utf8')).trim()
    const env = { QUIRE_KEEPER: keeper.url, QUIRE_TOKEN: token, QUIRE_DATA_DIR: folder }

    expect(await runCli(['ls'], { env })).toMatchObject({ status: 0, stderr: '' })
    expect(await runCli(['ls'], { env: { ...env, QUIRE_TOKEN: 'guess' } })).toMatchObject({
      status: 1,
      stderr: expect.stringMatching(/^quire: The keeper’s API token is missing or wrong\. /),
    })
  })
})

describe('what cannot be', () => {
  it('is refused where the keeper is full, before and while it is sent', async () => {
    const { cli, folder } = await startWithCli({ quotaBytes: 1_000_000 })
    const path = join(folder, 'big')
    await writeFile(path, randomBytes(3_000_000))

    const known = await cli(['add', path])
    const unknown = await cli(['add', '-'], { stdin: piecesOf(randomBytes(8_000_000)) })

    for (const result of [known, unknown]) {
      expect(result).toMatchObject({ status: 1, stdout: '' })
      expect(result.stderr).toMatch(/^quire: .*free.*\n$/)
    }
    expect((await cli(['ls'])).stdout).toBe('')
  })

  it('is said within the time given for what nobody has, and leaves no file', async () => {
    const { cli, folder } = await startWithCli()

    const result = await cli(['get', ABSENT_CID, '-o', join(folder, 'absent'), '--timeout', '300ms'])

    expect(result).toMatchObject({ status: 1, stdout: '' })
    expect(result.stderr).toMatch(/^quire: Nobody who has it .*\n$/)
    expect(await readdir(folder)).toEqual([])
  })

  it('is said within the time given for a pin that nobody has', async () => {
    const { cli } = await startWithCli()

    const result = await cli(['pin', ABSENT_CID, '--timeout', '300ms'])

    expect(result).toMatchObject({ status: 1, stdout: '' })
    expect(result.stderr).toMatch(/^quire: Nothing came within 0\.3 s.*\n$/)
  })

  it('is refused for a target that cannot be written', async () => {
    const { cli, folder } = await startWithCli()
    await cli(['add', await writeHello(folder)])

    expect(await cli(['get', HELLO_CID, '-o', folder])).toMatchObject({
      status: 1,
      stderr: expect.stringContaining('is a folder'),
    })
    expect(await cli(['get', HELLO_CID, '-o', join(folder, 'no', 'such')])).toMatchObject({ status: 1 })
  })

  it('is not written to a terminal that was not named', async () => {
    const { cli } = await startWithCli()

    const { status, stderr } = await cli(['get', HELLO_CID], { isTTY: true })

    expect(status).toBe(2)
    expect(stderr).toContain('-o')
  })

  it('removes nothing where one of several is not there', async () => {
    const { cli, folder } = await startWithCli()
    await cli(['add', await writeHello(folder)])

    const { status, stderr } = await cli(['rm', HELLO_CID, ABSENT_CID])

    expect(status).toBe(1)
    expect(stderr).toContain(ABSENT_CID)
    expect((await cli(['ls'])).stdout).toContain(HELLO_CID)
  })
})

async function* piecesOf(content: Buffer): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < content.length; at += 65_536) yield content.subarray(at, at + 65_536)
}

function hashOf(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex')
}
