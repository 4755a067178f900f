/** What a command may touch of the process it runs in; tests give their own. */
export interface CliIo {
  readonly stdin: AsyncIterable<Uint8Array>
  readonly stdout: CliOutput
  readonly stderr: CliOutput
  readonly env: Readonly<Record<string, string | undefined>>
  /** Aborts when the person wants the command to end. */
  readonly signal: AbortSignal
}

export interface CliOutput {
  /** `done` is called once the text left this process’s hands. */
  write(content: string | Uint8Array, done?: (error?: Error | null) => void): unknown
  readonly isTTY?: boolean | undefined
}

/** Writes and waits until there is room for more. Errors: those of the output (a pipe whose reader left). */
export function writeFully(output: CliOutput, content: string | Uint8Array): Promise<void> {
  return new Promise((resolve, reject) => {
    output.write(content, (error) => (error ? reject(error) : resolve()))
  })
}
