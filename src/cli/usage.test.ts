import { createServer } from 'node:net'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { temporaryFolder } from '../keeper/testing/temporary-folder.ts'
import { runCli } from './testing/run-cli.ts'

const HELLO_CID = 'zDvZRwzmAvGXfZyfdvz1FMD89V4yDXLCPW8NcfQk3wSN55Z3AfYd'

describe('the command line', () => {
  it('prints its version', async () => {
    expect(await runCli(['--version'])).toMatchObject({
      status: 0,
      stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/),
      stderr: '',
    })
  })

  it.each([[], ['keeper'], ['cid'], ['add'], ['get'], ['pin'], ['ls'], ['rm']])(
    'explains itself with --help %s',
    async (...command) => {
      const { status, stdout, stderr } = await runCli([...command.filter((word) => word !== ''), '--help'])

      expect(status).toBe(0)
      expect(stdout).toContain(`Usage: quire ${command[0] ?? '[options] [command]'}`)
      expect(stderr).toBe('')
    },
  )

  it('shows its help where no command is named, with status 2', async () => {
    const { status, stdout, stderr } = await runCli([])

    expect({ status, stdout }).toEqual({ status: 2, stdout: '' })
    expect(stderr).toContain('Usage: quire')
  })

  it('shows each option of the keeper with its variable and its default', async () => {
    const { stdout } = await runCli(['keeper', '--help'])

    expect(stdout).toMatch(/--port <port> +port of page, API and WebSocket \[\$QUIRE_PORT\]\s+\(default: 9410\)/)
    expect(stdout).toContain('--relay-data-limit <size>')
    expect(stdout).toContain('(default: 128MiB)')
    expect(stdout).toContain('Examples:')
  })

  it.each([
    ['an unknown command', ['keep']],
    ['an unknown option', ['ls', '--long']],
    ['a missing argument', ['cid']],
    ['a port that is none', ['keeper', '--port', '70000']],
    ['a port with a sign', ['keeper', '--tcp-port', '-1']],
    ['a host that is no address', ['keeper', '--host', 'my.host']],
    ['a multiaddr that is none', ['keeper', '--announce', 'http://x']],
    ['a STUN server that is none', ['keeper', '--stun-server', 'example.org']],
    ['a TURN server that is none', ['keeper', '--turn', 'turn.example.org']],
    ['a TURN server with half of its credentials', ['keeper', '--turn', 'turn:turn.example.org,user']],
    ['TURN servers that need a secret and have none', ['keeper', '--turn', 'turn:turn.example.org']],
    ['a STUN port without a next one', ['keeper', '--stun-port', '65535']],
    ['no reservations', ['keeper', '--max-reservations', '0']],
    ['a size without a number', ['keeper', '--quota', 'lots']],
    ['an upload limit without a number', ['keeper', '--upload-limit', 'slow']],
    ['a size of nothing', ['keeper', '--relay-data-limit', '0MiB']],
    ['a duration without a unit', ['keeper', '--relay-duration', '120']],
    ['a level that is none', ['keeper', '--log-level', 'loud']],
    ['ports that collide', ['keeper', '--port', '4000', '--tcp-port', '4000', '--data-dir', '/nonexistent/x']],
    ['a keeper that is no URL', ['ls', '--keeper', 'localhost:9410']],
    ['a keeper without its token', ['ls', '--keeper', 'http://localhost:9410']],
    ['a CID that is none', ['get', 'hello', '-o', 'x']],
    ['the CID of a tree', ['rm', 'zDzSvJTf8JYwvysKPmG7BtzpbiAHfuwFMRphxm4hdvnMJ4XPJjKX']],
    ['a media type that is none', ['cid', '--type', 'text', 'x']],
  ])('refuses %s with one line and status 2', async (_title, argv) => {
    const dataDir = await temporaryFolder()

    const { status, stdout, stderr } = await runCli(argv, { env: { QUIRE_DATA_DIR: dataDir } })

    expect({ status, stdout }).toEqual({ status: 2, stdout: '' })
    expect(stderr.trim().split('\n')).toHaveLength(1)
    expect(stderr).toMatch(/^quire: .{10}/)
  })

  it.each([
    ['QUIRE_PORT', 'http', /QUIRE_PORT.*whole number/],
    ['QUIRE_QUOTA', '1 lot', /QUIRE_QUOTA.*number with a unit/],
    ['QUIRE_LOG_LEVEL', 'loud', /QUIRE_LOG_LEVEL.*debug/],
  ])('refuses a bad %s in the environment', async (name, value, message) => {
    const { status, stderr } = await runCli(['keeper'], {
      env: { [name]: value, QUIRE_DATA_DIR: await temporaryFolder() },
    })

    expect(status).toBe(2)
    expect(stderr).toMatch(message)
    expect(stderr.trim().split('\n')).toHaveLength(1)
  })

  it('says how to start a keeper where none runs', async () => {
    const dataDir = await temporaryFolder()

    const { status, stderr } = await runCli(['get', HELLO_CID], { env: { QUIRE_DATA_DIR: dataDir } })

    expect(status).toBe(1)
    expect(stderr).toBe(
      `quire: No keeper runs with the data folder ${dataDir}. Start one with \`quire keeper\`, or name one that runs with --keeper and --token.\n`,
    )
  })

  it('names a port that is taken, in one line with status 1', async () => {
    const server = createServer()
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const address = server.address()
    const port = typeof address === 'object' ? String(address?.port) : ''

    const { status, stderr } = await runCli([
      'keeper',
      '--port',
      port,
      '--data-dir',
      join(await temporaryFolder(), 'data'),
    ])
    server.close()

    expect(status).toBe(1)
    expect(stderr).toBe(`quire: Port ${port} on 127.0.0.1 is in use. Stop the other program, or choose another port.\n`)
  })
})
