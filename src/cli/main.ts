#!/usr/bin/env node
import '../node/promise-with-resolvers.ts'
import process from 'node:process'
import { run } from './run.ts'

const stop = new AbortController()
let stoppedBy: NodeJS.Signals | undefined

for (const name of ['SIGINT', 'SIGTERM'] as const) {
  process.on(name, () => {
    // Twice means now: whatever is half-made is put in order by the next start.
    if (stoppedBy !== undefined) process.exit(1)
    stoppedBy = name
    stop.abort(new DOMException(`The process got ${name}.`, 'AbortError'))
  })
}
// A reader that leaves early (`quire ls | head -1`) is reported by the write that fails.
process.stdout.on('error', () => undefined)

const { stdin, stdout, stderr, env } = process
process.exitCode = await run(process.argv.slice(2), { stdin, stdout, stderr, env, signal: stop.signal })

if (stoppedBy !== undefined && process.exitCode !== 0) {
  // Shells tell a command that failed from one that was stopped by how it died.
  process.removeAllListeners(stoppedBy)
  process.kill(process.pid, stoppedBy)
}
