import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { temporaryFolder } from '../keeper/testing/temporary-folder.ts'
import { runCli } from './testing/run-cli.ts'

async function fileWith(name: string, content: string | Uint8Array): Promise<string> {
  const path = join(await temporaryFolder(), name)
  await writeFile(path, content)
  return path
}

async function* piecesOf(text: string): AsyncGenerator<Uint8Array> {
  for (const letter of text) yield Buffer.from(letter)
}

const VECTORS: readonly [title: string, content: string | Uint8Array, cid: string][] = [
  ['18 bytes', 'some file contents', 'zDvZRwzmDuZWyWGSH6qZqF7ft1AGzxqxqRNQXfpPRKPPr389wS6s'],
  ['a zero byte', new Uint8Array(1), 'zDvZRwzm7QrruUSiNbyEhWM4iYNziZmkf5g3CFSdJmNKMfQ2uvLi'],
  ['a whole block', new Uint8Array(65_536), 'zDvZRwzmBqwJMyMBMyALf3AyVXvgUmXq9RQFFF7H4QrNEmEvXth4'],
  ['a block and a byte', 'a'.repeat(65_537), 'zDvZRwzkzXa1hQHijKbXXuGLXEQ6Z2R7roeMQirrGuULm7JHwAmb'],
  ['four blocks', 'a'.repeat(200_000), 'zDvZRwzm9y1sw1HAfJnMVYiLSyYGNDR1X1i213yqtGCrDRuLrcMF'],
]

describe('quire cid', () => {
  it.each(VECTORS)('gives the published CID of %s', async (_title, content, cid) => {
    expect(await runCli(['cid', '--bare', await fileWith('x', content)])).toEqual(
      expect.objectContaining({ status: 0, stdout: `${cid}\n`, stderr: '' }),
    )
  })

  it('puts name and type into the CID as the page does, unless told otherwise', async () => {
    const path = await fileWith('hello.txt', 'Hello World!')
    const asUploaded = 'zDvZRwzmAvGXfZyfdvz1FMD89V4yDXLCPW8NcfQk3wSN55Z3AfYd\n'

    const byItself = await runCli(['cid', path])
    const named = await runCli([
      'cid',
      '--name',
      'hello.txt',
      '--type',
      'text/plain',
      await fileWith('other.bin', 'Hello World!'),
    ])
    const bare = await runCli(['cid', '--bare', path])

    expect(byItself.stdout).toBe(asUploaded)
    expect(named.stdout).toBe(asUploaded)
    expect(bare.stdout).toBe('zDvZRwzm1uJLrABuHUmcnzzfjedHmSGJ6cGDgYMiuL3XFRxcyU8N\n')
  })

  it('tells the rest as JSON', async () => {
    const { stdout } = await runCli(['cid', '--json', await fileWith('hello.txt', 'Hello World!')])

    expect(JSON.parse(stdout)).toEqual({
      cid: 'zDvZRwzmAvGXfZyfdvz1FMD89V4yDXLCPW8NcfQk3wSN55Z3AfYd',
      treeCid: 'zDzSvJTf8JYwvysKPmG7BtzpbiAHfuwFMRphxm4hdvnMJ4XPJjKX',
      sizeBytes: 12,
      blockSizeBytes: 65_536,
      blockCount: 1,
      name: 'hello.txt',
      type: 'text/plain',
    })
  })

  it('reads standard input', async () => {
    const { stdout } = await runCli(['cid', '-'], { stdin: piecesOf('Hello World!') })

    expect(stdout).toBe('zDvZRwzm1uJLrABuHUmcnzzfjedHmSGJ6cGDgYMiuL3XFRxcyU8N\n')
  })

  it.each([
    ['a file that is not there', (folder: string) => join(folder, 'missing'), /missing does not exist\. .*check/i],
    ['a folder', (folder: string) => folder, /is a folder/],
  ])('fails in one line for %s', async (_title, pathIn, message) => {
    const { status, stdout, stderr } = await runCli(['cid', pathIn(await temporaryFolder())])

    expect({ status, stdout }).toEqual({ status: 1, stdout: '' })
    expect(stderr).toMatch(message)
  })

  it('fails for an empty file and for an empty standard input', async () => {
    const file = await runCli(['cid', await fileWith('empty', '')])
    const stdin = await runCli(['cid', '-'])

    expect([file.status, stdin.status]).toEqual([1, 1])
    expect(file.stderr).toContain('is empty')
    expect(stdin.stderr).toContain('empty')
  })

  it('shows progress on a terminal and takes it away, and none in a pipe', async () => {
    const path = await fileWith('big', new Uint8Array(5_000_000))

    const terminal = await runCli(['cid', path], { isTTY: true })
    const pipe = await runCli(['cid', path])

    expect(terminal.stderr).toMatch(/\d+ % .* of 5\.00 MB/)
    expect(terminal.stderr.endsWith('\r\u001b[K')).toBe(true)
    expect(pipe.stderr).toBe('')
  })

  it('stops when it is told to', async () => {
    const stop = new AbortController()
    const endless = async function* (): AsyncGenerator<Uint8Array> {
      yield new Uint8Array(100_000)
      stop.abort()
      await new Promise(() => undefined)
    }

    const { status, stderr } = await runCli(['cid', '-'], { stdin: endless(), signal: stop.signal })

    expect(status).toBe(1)
    expect(stderr).toContain('Stopped')
  })
})
