/**
 * An export of another service becomes messages, a batch at a time.
 *
 *   blobs ─▶ files (ZIPs entered) ─ detect ─▶ reader of its kind ─▶ channels, messages, problems ─▶ batches with a mark
 *                                             discord · slack · telegram · mbox · json-lines
 *
 * Memory is one piece of a file and one batch. What cannot be read is a problem in a batch; a file that breaks off ends there
 * and the next one is read. After a mark the same files go on where they were: what was handed out is passed over.
 */
import { QuireError } from '../../errors.ts'
import { detectKind } from './detect.ts'
import { readDiscord } from './discord-export.ts'
import type { ExportReader, ReadItem } from './export-reader.ts'
import type { NamedBlob } from './import-file.ts'
import type {
  ImportBatch,
  ImportKind,
  ImportMark,
  ImportProblem,
  ImportedChannel,
  ImportedMessage,
} from './imported-message.ts'
import { readJsonLines } from './json-lines-export.ts'
import { readMbox } from './mbox-export.ts'
import { importFiles } from './open-files.ts'
import { readSlack } from './slack-export.ts'
import { readTelegram } from './telegram-export.ts'

const MAX_BATCH_MESSAGES = 500
const MAX_BATCH_BYTES = 8 * 1024 * 1024

const READERS: Readonly<Record<ImportKind, ExportReader>> = {
  discord: readDiscord,
  slack: readSlack,
  telegram: readTelegram,
  mbox: readMbox,
  'json-lines': readJsonLines,
}

export interface OpenedExport {
  readonly kind: ImportKind
  readonly totalBytes: number
  /**
   * From the start, or after a mark of the same files. An abort leaves nothing running.
   *
   * Errors: `ERR_IMPORT_INVALID` (not one message could be read), `ERR_FILE_UNREADABLE`.
   */
  batches(options?: {
    readonly after?: ImportMark | undefined
    readonly signal?: AbortSignal | undefined
  }): AsyncGenerator<ImportBatch>
}

/**
 * Looks at what was chosen: one file, a ZIP, or the files of a folder.
 *
 * Errors: `ERR_IMPORT_UNKNOWN`, `ERR_IMPORT_INVALID` (a damaged ZIP), `ERR_FILE_UNREADABLE`.
 */
export async function openExport(
  blobs: readonly NamedBlob[],
  options: { readonly kind?: ImportKind | undefined; readonly signal?: AbortSignal | undefined } = {},
): Promise<OpenedExport> {
  const files = await importFiles(blobs)
  const kind = options.kind ?? (await detectKind(files, options))
  const totalBytes = files.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0)
  return {
    kind,
    totalBytes,
    async *batches({ after = { doneFiles: 0, doneMessages: 0 }, signal } = {}) {
      const batch = new BatchMaker(after, totalBytes)
      const context = { skipFiles: after.doneFiles, signal, onRead: (bytes: number) => batch.read(bytes) }
      for await (const items of READERS[kind](files, context)) {
        for (const item of items) {
          signal?.throwIfAborted()
          batch.add(item)
          if (batch.isFull) yield batch.take()
        }
      }
      if (batch.isEmptyRead && after.doneFiles === 0 && after.doneMessages === 0) {
        const [first] = batch.take().problems
        const why = first === undefined ? '' : ` ${first.where}: ${first.what}`
        throw new QuireError('ERR_IMPORT_INVALID', `No message could be read from this export.${why}`)
      }
      yield batch.take()
    },
  }
}

class BatchMaker {
  readonly #totalBytes: number
  #channels: ImportedChannel[] = []
  #messages: ImportedMessage[] = []
  #problems: ImportProblem[] = []
  #sizeBytes = 0
  #readBytes = 0
  #doneFiles: number
  #doneMessages = 0
  /** Messages and problems of the first file that were handed out before. */
  #skipped: number
  #messageCount = 0

  constructor(after: ImportMark, totalBytes: number) {
    this.#totalBytes = totalBytes
    this.#doneFiles = after.doneFiles
    this.#skipped = after.doneMessages
  }

  get isFull(): boolean {
    return this.#messages.length + this.#problems.length >= MAX_BATCH_MESSAGES || this.#sizeBytes >= MAX_BATCH_BYTES
  }

  get isEmptyRead(): boolean {
    return this.#messageCount === 0
  }

  read(bytes: number): void {
    this.#readBytes += bytes
  }

  add(item: ReadItem): void {
    if (item.kind === 'channel') {
      // One whose first message was handed out before was so itself.
      if (this.#doneMessages >= this.#skipped) this.#channels.push(item.channel)
    } else if (item.kind === 'file-end') {
      this.#doneFiles++
      this.#doneMessages = 0
      this.#skipped = 0
    } else {
      this.#doneMessages++
      if (this.#doneMessages <= this.#skipped) return
      if (item.kind === 'problem') this.#problems.push(item.problem)
      else this.#addMessage(item.message)
    }
  }

  take(): ImportBatch {
    const batch = {
      channels: this.#channels,
      messages: this.#messages,
      problems: this.#problems,
      readBytes: Math.min(this.#readBytes, this.#totalBytes),
      totalBytes: this.#totalBytes,
      mark: { doneFiles: this.#doneFiles, doneMessages: this.#doneMessages },
    }
    this.#channels = []
    this.#messages = []
    this.#problems = []
    this.#sizeBytes = 0
    return batch
  }

  #addMessage(message: ImportedMessage): void {
    this.#messages.push(message)
    this.#messageCount++
    this.#sizeBytes += message.text.length
    for (const { bytes } of message.attachments) this.#sizeBytes += bytes?.byteLength ?? 0
  }
}
