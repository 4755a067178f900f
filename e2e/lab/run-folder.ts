/** Files of one run: keepers’ data, what is uploaded, browsers’ starters. They go with its process, however it ends. */
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** The process id follows, so that a run tells its own from those of another that runs now. */
const PREFIX = 'quirelab-'

export class RunFolder {
  readonly #path = join(tmpdir(), `${PREFIX}${process.pid}`)

  /** Removes what runs that are gone left behind, too. */
  constructor() {
    for (const name of readdirSync(tmpdir())) {
      const isLeftBehind = name.startsWith(PREFIX) && !existsSync(`/proc/${name.slice(PREFIX.length)}`)
      if (isLeftBehind) rmSync(join(tmpdir(), name), { recursive: true, force: true })
    }
    mkdirSync(this.#path, { recursive: true })
    process.once('exit', () => this.remove())
  }

  /** A new folder in it. */
  add(label: string): string {
    return mkdtempSync(join(this.#path, `${label}-`))
  }

  /** Without waiting, as a process that exits cannot. */
  remove(): void {
    rmSync(this.#path, { recursive: true, force: true })
  }
}
