/** Runs a command of this project and says how it ended; output streams through, or is kept for the report. */
import { spawn } from 'node:child_process'
import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = fileURLToPath(new URL('..', import.meta.url))
const path = [join(root, 'node_modules', '.bin'), process.env.PATH].join(delimiter)

/** Resolves with `{ code, output, seconds }`; `output` is empty where it was streamed. */
export function run(command, args, { quiet = false, env = {}, cwd = root } = {}) {
  const startedAt = performance.now()
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd,
      env: { ...process.env, PATH: path, ...env },
      stdio: quiet ? ['ignore', 'pipe', 'pipe'] : ['ignore', 'inherit', 'inherit'],
    })
    let output = ''
    child.stdout?.on('data', (chunk) => (output += chunk))
    child.stderr?.on('data', (chunk) => (output += chunk))
    child.once('error', reject)
    child.once('close', (code, signal) => {
      resolve({
        code: code ?? (signal === 'SIGINT' ? 130 : 1),
        output,
        seconds: (performance.now() - startedAt) / 1000,
      })
    })
  })
}
