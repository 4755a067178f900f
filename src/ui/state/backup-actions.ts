/**
 * Backups from the page’s side:
 *
 *   make     where to? ─▶ exportAll ─▶ the chosen file, or a download · cancel leaves no half of one
 *   restore  a file ─▶ importAll ─▶ report ─▶ keys are locked? the same file again with its passphrase
 */
import { computed, signal } from '@preact/signals'
import type { ReadonlySignal } from '@preact/signals'
import type { BackupView, ErrorView, ExportOptions, ImportOptions, ImportReportView, NodeApi } from '../../rpc/api.ts'
import { isAbort, viewOfError } from '../../rpc/errors.ts'
import { backupFileName } from '../format/backup-words.ts'
import type { PageServices } from '../page/page-services.ts'

interface BackupActionsParts {
  readonly node: () => NodeApi
  readonly page: PageServices
  readonly announce: (text: string) => void
}

/** What this page does. `made` by `download`: the browser does not tell whether it arrived. */
export type BackupStage =
  | { readonly state: 'idle' }
  | { readonly state: 'making'; readonly fileName: string }
  | { readonly state: 'made'; readonly fileName: string; readonly isDownload: boolean; readonly hasKeys: boolean }
  | { readonly state: 'restoring'; readonly fileName: string }
  | { readonly state: 'restored'; readonly file: File; readonly report: ImportReportView }
  | { readonly state: 'stopped'; readonly kind: 'export' | 'import' }
  | { readonly state: 'failed'; readonly kind: 'export' | 'import'; readonly error: ErrorView }

const IDLE: BackupStage = { state: 'idle' }
const MEDIA_TYPE = 'application/x-quire-backup'

export class BackupActions {
  /** True while leaving the page would lose a backup that is being made. */
  readonly isMaking: ReadonlySignal<boolean>
  readonly isBusy: ReadonlySignal<boolean>
  readonly #parts: BackupActionsParts
  readonly #stage = signal<BackupStage>(IDLE)
  readonly #chosen = signal<File | undefined>(undefined)
  readonly #progress = signal<BackupView | undefined>(undefined)
  #controller = new AbortController()

  constructor(parts: BackupActionsParts) {
    this.#parts = parts
    this.isMaking = computed(() => this.#stage.value.state === 'making')
    this.isBusy = computed(() => this.isMaking.value || this.#stage.value.state === 'restoring')
  }

  get stage(): ReadonlySignal<BackupStage> {
    return this.#stage
  }

  /** The file that waits to be restored. */
  get chosen(): ReadonlySignal<File | undefined> {
    return this.#chosen
  }

  /** How far the one that runs is, be it this page’s or another’s; undefined while none runs. */
  get progress(): ReadonlySignal<BackupView | undefined> {
    return this.#progress
  }

  receive(backup: BackupView): void {
    const known = this.#progress.peek()
    if (backup.state === 'running') this.#progress.value = backup
    else if (known === undefined || known.id === backup.id) this.#progress.value = undefined
  }

  choose(file: File | undefined): void {
    this.#chosen.value = file
    if (!this.isBusy.peek()) this.#stage.value = IDLE
  }

  async make(options: ExportOptions): Promise<void> {
    if (this.isBusy.peek()) return
    const { page, announce } = this.#parts
    const fileName = backupFileName(Date.now())
    const hasKeys = options.withKeys === true
    await this.#run('export', async (signal) => {
      if (page.chooseSaveTarget === undefined) {
        this.#stage.value = { state: 'making', fileName }
        await this.#download(fileName, { ...options, signal })
        this.#stage.value = { state: 'made', fileName, isDownload: true, hasKeys }
      } else {
        // First the dialog: it opens only soon after the press.
        const target = await page.chooseSaveTarget(fileName)
        if (target === undefined) return
        this.#stage.value = { state: 'making', fileName: target.name }
        const backup = await this.#parts.node().exportAll({ ...options, signal })
        // What was there before stays until all of it is written.
        await backup.pipeTo(await target.createWritable(), { signal })
        this.#stage.value = { state: 'made', fileName: target.name, isDownload: false, hasKeys }
      }
      announce('The backup is made')
    })
  }

  async restore(file: File, options: ImportOptions): Promise<void> {
    if (this.isBusy.peek()) return
    this.#stage.value = { state: 'restoring', fileName: file.name }
    await this.#run('import', async (signal) => {
      const report = await this.#parts.node().importAll(file, { ...options, signal })
      this.#chosen.value = undefined
      this.#stage.value = { state: 'restored', file, report }
      this.#parts.announce('The backup is restored')
    })
  }

  /** Ends what runs; of a restore, what was added stays. */
  async cancel(): Promise<void> {
    const other = this.#progress.peek()
    if (this.isBusy.peek()) this.#controller.abort()
    else if (other !== undefined) await this.#parts.node().cancelBackup(other.id)
  }

  /** Takes what is said of the last one away. */
  dismiss(): void {
    if (!this.isBusy.peek()) this.#stage.value = IDLE
  }

  async #run(kind: 'export' | 'import', work: (signal: AbortSignal) => Promise<void>): Promise<void> {
    this.#controller = new AbortController()
    try {
      await work(this.#controller.signal)
    } catch (error) {
      this.#stage.value = isAbort(error)
        ? { state: 'stopped', kind }
        : { state: 'failed', kind, error: viewOfError(error) }
      this.#parts.announce(kind === 'export' ? 'No backup was made' : 'The backup was not restored')
    } finally {
      this.#progress.value = undefined
    }
  }

  /** The browser gathers it, on disk where it is large, before it can be downloaded. */
  async #download(fileName: string, options: ExportOptions & { signal: AbortSignal }): Promise<void> {
    const { node, page } = this.#parts
    const backup = await node().exportAll(options)
    const blob = await new Response(backup, { headers: { 'Content-Type': MEDIA_TYPE } }).blob()
    options.signal.throwIfAborted()
    page.download(new File([blob], fileName, { type: MEDIA_TYPE }), fileName, () => undefined)
  }
}
