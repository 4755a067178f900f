import { execFile } from 'node:child_process'
import { cpus, totalmem } from 'node:os'
import { promisify } from 'node:util'

/** What a reader must know of the machine to compare figures; no names. */
export async function describeMachine(executablePath: string): Promise<string> {
  const { stdout } = await promisify(execFile)(executablePath, ['--version', '--no-sandbox'])
  const processors = cpus()
  const memoryGib = Math.round(totalmem() / 2 ** 30)
  const model = processors[0]?.model.trim() ?? 'unknown processor'
  return `${processors.length} cores (${model}), ${memoryGib} GiB, ${stdout.trim().split('\n')[0] ?? 'unknown browser'}, Node ${process.versions.node}, ${process.platform}`
}
