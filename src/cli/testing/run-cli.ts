import type { CliOutput } from '../io.ts'
import { type ExitStatus, run } from '../run.ts'

export interface CliResult {
  readonly status: ExitStatus
  readonly stdout: string
  readonly stderr: string
  readonly stdoutBytes: Buffer
}

export interface CliInit {
  readonly env?: Record<string, string>
  readonly signal?: AbortSignal
  readonly stdin?: AsyncIterable<Uint8Array>
  readonly isTTY?: boolean
  /** Called with all of standard output so far. */
  readonly onStdout?: (text: string) => void
}

/** Runs one command in this process. */
export async function runCli(argv: readonly string[], init: CliInit = {}): Promise<CliResult> {
  const stdout = new CapturedOutput(init.isTTY ?? false, init.onStdout)
  const stderr = new CapturedOutput(init.isTTY ?? false)
  const { env = {}, signal = new AbortController().signal, stdin = nothing() } = init
  const status = await run(argv, { stdin, stdout, stderr, env, signal })
  return { status, stdout: stdout.bytes.toString(), stderr: stderr.bytes.toString(), stdoutBytes: stdout.bytes }
}

class CapturedOutput implements CliOutput {
  readonly isTTY: boolean
  readonly #onText: ((text: string) => void) | undefined
  readonly #chunks: Buffer[] = []

  constructor(isTTY: boolean, onText?: (text: string) => void) {
    this.isTTY = isTTY
    this.#onText = onText
  }

  get bytes(): Buffer {
    return Buffer.concat(this.#chunks)
  }

  write(content: string | Uint8Array, done?: () => void): void {
    this.#chunks.push(Buffer.from(content))
    this.#onText?.(this.bytes.toString())
    done?.()
  }
}

async function* nothing(): AsyncGenerator<Uint8Array> {
  // Standard input of a command that reads none.
}
