/**
 * Backups of a node, and how they come along.
 *
 *   exportAll ──▶ write-backup ──▶ stream         importAll ──▶ frame-reader ──▶ import-backup ──▶ report
 *   each with an id, told to watchers at most four times a second, ended by its signal or `cancel`
 *
 * Writing and reading are loaded when somebody asks for them: few do, and every page loads its worker.
 */
import { toReadableStream } from '../../dataset/download.ts'
import { isQuireError, QuireError } from '../../errors.ts'
import type { AbortOptions } from '../../store/block-store.ts'
import { checkPassphrase } from './backup-keys.ts'
import type { BackupHistory, BackupParts } from './backup-parts.ts'
import type { Backup, BackupProgress, ImportReport } from './backup-views.ts'

const TELL_MS = 250

interface Run {
  readonly signal: AbortSignal
  readonly onProgress: (progress: BackupProgress) => void
  /** Tells how it ended; the first word counts. */
  readonly end: (state: Exclude<Backup['state'], 'running'>, error?: unknown) => void
}

export interface ExportOptions extends AbortOptions {
  readonly withKeys?: boolean | undefined
  readonly passphrase?: string | undefined
  /** Of PBKDF2; fewer in tests. */
  readonly rounds?: number | undefined
}

export interface ImportOptions extends AbortOptions {
  readonly passphrase?: string | undefined
  readonly takesPeerKey?: boolean | undefined
}

export class Backups {
  readonly #parts: BackupParts
  readonly #running = new Map<string, AbortController>()
  readonly #imports = new Set<Promise<unknown>>()
  #nextId = 1

  constructor(parts: BackupParts) {
    this.#parts = parts
  }

  /** As `NodeApi.exportAll`; without `history` it has no communities. */
  export(options: ExportOptions, history?: BackupHistory): ReadableStream<Uint8Array<ArrayBuffer>> {
    const { signal, ...rest } = options
    checkPassphrase(options.passphrase)
    signal?.throwIfAborted()
    return toReadableStream((reading) => this.#write({ ...this.#parts, history }, { ...rest, signal: reading }), {
      signal,
    })
  }

  /** As `NodeApi.importAll`; without `history` its communities are left out. */
  async import(
    backup: Blob | ReadableStream<Uint8Array>,
    options: ImportOptions,
    history?: BackupHistory,
  ): Promise<ImportReport> {
    const { signal, ...rest } = options
    const run = this.#begin('import', signal)
    const importing = import('./import-backup.ts').then(({ importBackup }) =>
      importBackup({ ...this.#parts, history }, backup, { ...rest, ...run }),
    )
    this.#imports.add(importing)
    try {
      const report = await importing
      run.end('done')
      return report
    } catch (error) {
      run.end(run.signal.aborted ? 'cancelled' : 'failed', error)
      throw error
    } finally {
      this.#imports.delete(importing)
    }
  }

  /** Nothing for one that has ended. */
  cancel(id: string): void {
    this.#running.get(id)?.abort(new DOMException('The backup was cancelled.', 'AbortError'))
  }

  /** Ends all; resolves when no import writes any more. */
  async stop(): Promise<void> {
    const stopping = new QuireError('ERR_NODE_STOPPED', 'The node stops.')
    for (const controller of this.#running.values()) controller.abort(stopping)
    await Promise.allSettled(this.#imports)
  }

  async *#write(
    parts: BackupParts & { readonly history: BackupHistory | undefined },
    { signal, ...options }: ExportOptions,
  ): AsyncGenerator<Uint8Array> {
    const run = this.#begin('export', signal)
    try {
      const { writeBackup } = await import('./write-backup.ts')
      yield* writeBackup(parts, { ...options, ...run })
      run.end('done')
    } catch (error) {
      run.end(run.signal.aborted ? 'cancelled' : 'failed', error)
      throw error
    } finally {
      // A reader that let go of the stream.
      run.end('cancelled')
    }
  }

  #begin(kind: Backup['kind'], signal: AbortSignal | undefined): Run {
    signal?.throwIfAborted()
    const controller = new AbortController()
    const onAbort = (): void => controller.abort(signal?.reason)
    signal?.addEventListener('abort', onAbort, { once: true })
    const { feed, uses } = this.#parts
    const id = String(this.#nextId++)
    this.#running.set(id, controller)
    let backup: Backup = { id, kind, state: 'running', doneBytes: 0, doneDatasets: 0, startedAtMs: uses.now() }
    let toldAtMs = Number.NEGATIVE_INFINITY
    const tell = (change: Partial<Backup>, isDue: boolean): void => {
      backup = { ...backup, ...change }
      const nowMs = performance.now()
      if (!isDue && nowMs - toldAtMs < TELL_MS) return
      toldAtMs = nowMs
      feed.tell({ type: 'backup', backup })
    }
    tell({}, true)
    return {
      signal: controller.signal,
      onProgress: (progress) => tell(progress, false),
      end: (state, error) => {
        if (!this.#running.delete(id)) return
        signal?.removeEventListener('abort', onAbort)
        feed.mark('datasets', 'space')
        tell({ state, ...(state === 'failed' ? { error: asQuireError(error) } : {}) }, true)
      },
    }
  }
}

function asQuireError(error: unknown): QuireError {
  if (isQuireError(error)) return error
  return new QuireError('ERR_UNKNOWN', 'Something went wrong that Quire did not expect.', { cause: error })
}
