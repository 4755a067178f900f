/**
 * Exports of other services become archives of a community.
 *
 *   file ──▶ imports/read-export ──▶ import-signer ──▶ a log of its own, mark after each batch ──▶ Publisher.publishImport
 *
 * A page that is closed meanwhile loses nothing: the same file goes on where it was.
 */
import { isQuireError, QuireError } from '../../errors.ts'
import { loadSecp256k1 } from '../../history/crypto/secp256k1.ts'
import type { ImportKind } from '../../history/imports/imported-message.ts'
import { ImportSigner } from '../../history/imports/import-signer.ts'
import type { AbortOptions } from '../../history/ports.ts'
import { KvEnvelopeLog } from '../../history/publish/kv-envelope-log.ts'
import type { Communities } from './communities.ts'
import type { CommunityRun } from './community-run.ts'
import type { HistoryFeed } from './history-feed.ts'
import type { HistoryParts } from './history-parts.ts'
import type { ImportState, ImportView } from './history-views.ts'
import {
  alreadyRunning,
  cancelled,
  importIdOf,
  type ImportRecord,
  ImportRecords,
  importView,
  withProblems,
} from './import-records.ts'
import type { Owning } from './owning.ts'

interface ImportsComponents {
  readonly parts: HistoryParts
  readonly communities: Communities
  readonly owning: Owning
  readonly feed: HistoryFeed
}

interface OpenImport {
  readonly view: ImportView
  readonly cancelling?: AbortController | undefined
}

export class Imports {
  readonly #components: ImportsComponents
  readonly #records: ImportRecords
  readonly #open = new Map<string, OpenImport>()

  constructor(components: ImportsComponents) {
    this.#components = components
    this.#records = new ImportRecords(components.parts.settings)
  }

  async start(): Promise<void> {
    for (const record of await this.#records.restore()) {
      const state = record.step === 'done' ? 'done' : 'interrupted'
      this.#open.set(record.id, { view: importView(record, { state }) })
    }
  }

  views(): readonly ImportView[] {
    return [...this.#open.values()].map(({ view }) => view)
  }

  /** Ends what runs; it goes on when its file is given again. */
  stop(): void {
    const reason = new QuireError('ERR_NODE_STOPPED', 'The node was stopped during the import.')
    for (const { cancelling } of this.#open.values()) cancelling?.abort(reason)
  }

  /**
   * Resolves when it is published. A cancelled one leaves nothing but what an earlier run has published.
   *
   * Errors: `ERR_NOT_OWNER`, `ERR_KEY_LOCKED`, `ERR_IMPORT_UNKNOWN`, `ERR_IMPORT_INVALID`, `ERR_FILE_UNREADABLE`, `ERR_STORE_FULL`.
   */
  async importFile(
    communityId: string,
    file: File,
    options: AbortOptions & { readonly kind?: ImportKind | undefined } = {},
  ): Promise<ImportView> {
    const run = this.#components.communities.get(communityId)
    await this.#components.owning.publisherOf(run)
    const id = importIdOf(run.id, file)
    if (this.#open.get(id)?.cancelling !== undefined) throw alreadyRunning(file.name)
    const cancelling = new AbortController()
    const signal = AbortSignal.any([cancelling.signal, ...(options.signal === undefined ? [] : [options.signal])])
    this.#open.set(id, { view: freshView({ id, run, file }), cancelling })
    this.#components.feed.mark('imports')
    try {
      const record = await this.#read({ id, run, file, kind: options.kind }, signal)
      return await this.#publish(run, record, signal)
    } catch (error) {
      // Whatever a step ran into while all of it was stopped, the stop is the reason.
      const reason: unknown = signal.aborted ? signal.reason : quireErrorOf(error)
      await this.#end({ id, run }, reason)
      throw reason
    }
  }

  /** Nothing for one that does not run. */
  async cancel(id: string): Promise<void> {
    const open = this.#open.get(id)
    if (open?.cancelling !== undefined) return open.cancelling.abort(cancelled())
    if (open?.view.state.state !== 'interrupted') return
    await this.#discard(id)
    this.#show(id, { ...open.view, state: { state: 'cancelled' } })
  }

  /** Takes an ended import off the list; an interrupted one is given up. */
  async dismiss(id: string): Promise<void> {
    const open = this.#open.get(id)
    if (open === undefined || open.cancelling !== undefined) return
    await this.#discard(id)
    this.#open.delete(id)
    this.#components.feed.mark('imports')
  }

  async #read(
    { id, run, file, kind }: { id: string; run: CommunityRun; file: File; kind: ImportKind | undefined },
    signal: AbortSignal,
  ): Promise<ImportRecord> {
    const { parts, owning } = this.#components
    // The formats of other services are loaded by those who import, who are few.
    const { openExport } = await import('../../history/imports/read-export.ts')
    const opened = await openExport([{ path: file.name, blob: file }], { kind, signal })
    const before = this.#records.get(id)
    let record: ImportRecord = before ?? {
      ...freshView({ id, run, file }),
      kind: opened.kind,
      step: 'reading',
      mark: { doneFiles: 0, doneMessages: 0 },
    }
    const signer = new ImportSigner(
      { curve: await loadSecp256k1(), signer: parts.keyRing.signer(run.id) },
      { community: run.id, kind: record.kind, nowMs: parts.clock.nowMs() },
    )
    const log = this.#logOf(run, id)
    for await (const batch of opened.batches({ after: before?.mark, signal })) {
      const { chats, messages, problems } = signer.sign(batch)
      const leftOut = await owning.addChats(run, chats)
      await log.append(messages, { signal })
      const { mark, readBytes, totalBytes } = batch
      const messageCount = record.messageCount + batch.messages.length
      const channelCount = record.channelCount + batch.channels.length
      record = withProblems({ ...record, mark, readBytes, totalBytes, messageCount, channelCount }, [
        ...problems,
        ...leftOut,
      ])
      await this.#records.put(record)
      this.#show(id, importView(record, { state: 'reading' }))
    }
    record = { ...withProblems(record, signer.leftOut()), step: 'publishing' }
    await this.#records.put(record)
    return record
  }

  async #publish(run: CommunityRun, record: ImportRecord, signal: AbortSignal): Promise<ImportView> {
    const { id } = record
    this.#show(id, importView(record, { state: 'publishing' }))
    const source = this.#logOf(run, id)
    const publisher = await this.#components.owning.publisherOf(run)
    await publisher.publishImport({ id, source }, { signal })
    await source.deleteBefore(Number.MAX_SAFE_INTEGER)
    const done: ImportRecord = { ...record, step: 'done' }
    await this.#records.put(done)
    const view = importView(done, { state: 'done' })
    this.#show(id, view)
    this.#open.set(id, { view })
    return view
  }

  /** `reason`: of a failure, of a node that stops, or of a cancel. */
  async #end({ id, run }: { id: string; run: CommunityRun }, reason: unknown): Promise<void> {
    const view = this.#open.get(id)?.view
    if (view === undefined) return
    let state: ImportState = { state: 'cancelled' }
    if (isQuireError(reason, 'ERR_NODE_STOPPED')) state = { state: 'interrupted' }
    else if (isQuireError(reason)) state = { state: 'failed', error: reason }
    else {
      await this.#logOf(run, id).deleteBefore(Number.MAX_SAFE_INTEGER)
      await this.#discard(id)
    }
    this.#open.set(id, { view: { ...view, state } })
    this.#components.feed.mark('imports')
  }

  /** What was read and not published is freed. */
  async #discard(id: string): Promise<void> {
    const record = this.#records.get(id)
    await this.#records.delete(id)
    const run = record === undefined ? undefined : this.#components.communities.find(record.communityId)
    if (run !== undefined) await this.#logOf(run, id).deleteBefore(Number.MAX_SAFE_INTEGER)
  }

  #logOf(run: CommunityRun, id: string): KvEnvelopeLog {
    return new KvEnvelopeLog(this.#components.parts.kv, { community: run.id, log: `import/${id}` })
  }

  #show(id: string, view: ImportView): void {
    this.#open.set(id, { ...this.#open.get(id), view })
    this.#components.feed.mark('imports')
  }
}

function freshView({ id, run, file }: { id: string; run: CommunityRun; file: File }): ImportView {
  return {
    id,
    communityId: run.id,
    fileName: file.name,
    state: { state: 'reading' },
    readBytes: 0,
    totalBytes: file.size,
    messageCount: 0,
    channelCount: 0,
    problemCount: 0,
    problems: [],
  }
}

function quireErrorOf(cause: unknown): QuireError {
  return isQuireError(cause) ? cause : new QuireError('ERR_UNKNOWN', 'The export could not be imported.', { cause })
}
