/** The library as its users get it: packed, and installed into an empty folder. */
import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)
const root = join(import.meta.dirname, '..', '..')

export class InstalledLibrary {
  /** Has nothing but the package. */
  readonly folder: string

  private constructor(folder: string) {
    this.folder = folder
  }

  static async install(): Promise<InstalledLibrary> {
    const place = await mkdtemp(join(tmpdir(), 'quire-library-'))
    const { stdout } = await run(
      'npm',
      ['pack', '--loglevel', 'error', '--pack-destination', place, join(root, 'dist', 'sdk')],
      {
        cwd: place,
      },
    )
    await writeFile(join(place, 'package.json'), JSON.stringify({ name: 'of-a-user', private: true, type: 'module' }))
    // Without a registry: the package has no dependencies, and one that crept in would show here.
    await run('npm', ['install', '--offline', '--no-audit', '--no-fund', join(place, stdout.trim())], { cwd: place })
    return new InstalledLibrary(place)
  }

  /** Runs a script in the folder; resolves with what it printed, rejects with that and what it wrote to its standard error. */
  async node(script: string, timeoutMs = 60_000): Promise<string> {
    const { stdout } = await run(process.execPath, [script], { cwd: this.folder, timeout: timeoutMs }).catch(
      (error: Error & { killed: boolean; stdout: string }) => {
        const end = error.killed ? `It did not end within ${timeoutMs} ms.` : error.message
        throw new Error(`${end}\nUntil then it printed:\n${error.stdout}`, { cause: error })
      },
    )
    return stdout
  }

  async remove(): Promise<void> {
    await rm(this.folder, { recursive: true, force: true })
  }
}
