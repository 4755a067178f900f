/** Runs programs of the system; the laboratory is made of `ip` and `nft`. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'

export interface CommandInit {
  /** For its standard input. */
  readonly input?: string
}

/** Resolves with what it wrote to standard output; rejects with what it wrote to standard error where its status is not 0. */
export async function runCommand(
  command: string,
  args: readonly string[],
  { input = '' }: CommandInit = {},
): Promise<string> {
  const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'pipe'] })
  let output = ''
  let complaint = ''
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()))
  child.stderr.on('data', (chunk: Buffer) => (complaint += chunk.toString()))
  // A program that ends without reading says why on standard error.
  child.stdin.on('error', () => undefined)
  child.stdin.end(input)
  const [status] = (await once(child, 'close')) as [number | null]
  if (status === 0) return output
  throw new Error(`${[command, ...args].join(' ')} ended with status ${status}: ${complaint.trim()}\n${input}`)
}
