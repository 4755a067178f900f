/** Hands this process over to a built Node program: same terminal, same signals, same exit status. Gives the program. */
import { spawn } from 'node:child_process'

export function launch(program, args) {
  const child = spawn(process.execPath, [program, ...args], { stdio: 'inherit' })
  // A terminal sends Ctrl-C to both; only signals sent to this process alone must be passed on.
  process.on('SIGINT', () => undefined)
  process.on('SIGTERM', () => child.kill('SIGTERM'))
  child.once('close', (code, signal) => {
    process.exitCode = code ?? (signal === 'SIGINT' ? 130 : 1)
  })
  return child
}
