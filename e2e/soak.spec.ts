import { expect, test } from '@playwright/test'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

const ROOT = fileURLToPath(new URL('..', import.meta.url))
const MINUTES = 2
/** What is on the way when the two minutes are over may end. */
const TIMEOUT_MS = 420_000

test('two minutes of random work and trouble end with every dataset equal and no growth of memory', async () => {
  test.setTimeout(TIMEOUT_MS + 10_000)
  // Always the same seed: this one tells of a change in the code. Chance is for the long form.
  const args = ['scripts/soak.mjs', '--minutes', String(MINUTES), '--seed', '1', '--verbose']
  // A group of its own, so that its keeper and hostile peers can be ended with it.
  const soak = spawn(process.execPath, args, { cwd: ROOT, stdio: ['ignore', 'pipe', 'pipe'], detached: true })
  let said = ''
  const hear = (chunk: Buffer) => (said += chunk.toString())
  soak.stdout.on('data', hear)
  soak.stderr.on('data', hear)
  try {
    await once(soak, 'close', { signal: AbortSignal.timeout(TIMEOUT_MS) })
  } catch (cause) {
    if (soak.pid !== undefined) process.kill(-soak.pid)
    throw new Error(`The soak did not end:\n${said}`, { cause })
  }
  expect(soak.exitCode, said).toBe(0)
  expect(said).toContain('Everything is equal, and nothing grew.')
  process.stdout.write(said.slice(said.indexOf('Soak of')).replaceAll(/^/gm, '    '))
})
