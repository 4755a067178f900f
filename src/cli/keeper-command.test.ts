import { describe, expect, it } from 'vitest'
import { readRunningNote } from '../keeper/running-note.ts'
import { temporaryFolder } from '../keeper/testing/temporary-folder.ts'
import { runCli } from './testing/run-cli.ts'

const FREE_PORTS = ['--port', '0', '--tcp-port', '0']

describe('quire keeper', () => {
  it('says where it is open, answers there, and stops cleanly when told to', async () => {
    const dataDir = await temporaryFolder()
    const stop = new AbortController()
    const { promise: greeted, resolve } = Promise.withResolvers<string>()

    const running = runCli(['keeper', ...FREE_PORTS], {
      env: { QUIRE_DATA_DIR: dataDir, QUIRE_LOG_LEVEL: 'info' },
      signal: stop.signal,
      onStdout: resolve,
    })
    const url = /http:\/\/localhost:\d+/.exec(await greeted)?.[0]
    const health = await fetch(`${url}/health`)
    stop.abort(new Error('enough'))
    const { status, stderr } = await running

    expect(health.status).toBe(200)
    expect(status).toBe(0)
    expect(await readRunningNote(dataDir)).toBeUndefined()
    const lines = stderr
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>)
    expect(lines.map(({ level, msg }) => `${String(level)}: ${String(msg)}`)).toEqual(
      expect.arrayContaining(['info: the keeper runs', 'info: stopping', 'info: the keeper stopped']),
    )
  })

  it('lets the command line win over the environment', async () => {
    const stop = new AbortController()
    stop.abort(new Error('enough'))

    const { status, stderr } = await runCli(['keeper', ...FREE_PORTS, '--data-dir', await temporaryFolder()], {
      env: { QUIRE_PORT: 'not a port' },
      signal: stop.signal,
    })

    expect(status).toBe(1)
    expect(stderr).toContain('Stopped')
  })

  it.each([
    [['--community', '0x04'], /community’s id is 0x02 or 0x03/],
    [['--community', `0x02${'ab'.repeat(32)},nonsense`], /community’s id is 0x02 or 0x03/],
    [['--max-communities', '-1'], /whole number/],
  ])('refuses %j with what is allowed', async (flags, message) => {
    const { status, stderr } = await runCli(['keeper', ...flags])

    expect(status).not.toBe(0)
    expect(stderr).toMatch(message)
  })

  it('serves the communities that it is told to, and shows them in its figures', async () => {
    const stop = new AbortController()
    const { promise: greeted, resolve } = Promise.withResolvers<string>()
    const ids = [`0x02${'ab'.repeat(32)}`, `0x03${'CD'.repeat(32)}`]

    const running = runCli(
      [
        'keeper',
        ...FREE_PORTS,
        '--data-dir',
        await temporaryFolder(),
        '--community',
        ids.join(','),
        '--max-communities',
        '0',
      ],
      { signal: stop.signal, onStdout: resolve },
    )
    const url = /http:\/\/localhost:\d+/.exec(await greeted)?.[0]
    const metrics = await (await fetch(`${url}/metrics`)).text()
    stop.abort(new Error('enough'))
    await running

    expect(metrics).toContain('quire_communities 2\n')
  })
})
