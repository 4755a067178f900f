import { QuireError } from '../../errors.ts'
import { toHex } from '../../history/crypto/hex.ts'
import { keccak256 } from '../../history/crypto/keccak.ts'
import type { CommunityId } from '../../history/ids.ts'
import type { ImportKind, ImportMark, ImportProblem } from '../../history/imports/imported-message.ts'
import type { HistorySettings } from '../../history/ports.ts'
import { readJson, writeJson } from './history-settings.ts'
import type { ImportState, ImportView } from './history-views.ts'

/** An import as it is kept: where it stands is enough to go on when the same file is given again. */
export interface ImportRecord {
  readonly id: string
  readonly communityId: CommunityId
  readonly fileName: string
  readonly kind: ImportKind
  readonly mark: ImportMark
  readonly step: 'reading' | 'publishing' | 'done'
  readonly readBytes: number
  readonly totalBytes: number
  readonly messageCount: number
  readonly channelCount: number
  readonly problemCount: number
  /** The first hundred. */
  readonly problems: readonly ImportProblem[]
}

const KEY = 'imports'
const MAX_PROBLEMS = 100
const ID_DIGITS = 34

/** The same file for the same community has the same id, over restarts, so that it goes on. */
export function importIdOf(communityId: CommunityId, file: File): string {
  const name = [communityId, file.name, file.size, file.lastModified].join('/')
  return toHex(keccak256(new TextEncoder().encode(name))).slice(0, ID_DIGITS)
}

export function withProblems<T extends Pick<ImportRecord, 'problems' | 'problemCount'>>(
  record: T,
  problems: readonly ImportProblem[],
): T {
  return {
    ...record,
    problemCount: record.problemCount + problems.length,
    problems: [...record.problems, ...problems].slice(0, MAX_PROBLEMS),
  }
}

export function importView(record: ImportRecord, state: ImportState): ImportView {
  const { mark: _mark, step: _step, ...view } = record
  return { ...view, state }
}

/** The imports of this device that were not dismissed. */
export class ImportRecords {
  readonly #settings: HistorySettings
  readonly #records = new Map<string, ImportRecord>()

  constructor(settings: HistorySettings) {
    this.#settings = settings
  }

  async restore(): Promise<readonly ImportRecord[]> {
    const kept = await readJson(this.#settings, KEY)
    for (const record of Array.isArray(kept) ? (kept as ImportRecord[]) : []) this.#records.set(record.id, record)
    return [...this.#records.values()]
  }

  get(id: string): ImportRecord | undefined {
    return this.#records.get(id)
  }

  async put(record: ImportRecord): Promise<void> {
    this.#records.set(record.id, record)
    await this.#write()
  }

  async delete(id: string): Promise<void> {
    if (this.#records.delete(id)) await this.#write()
  }

  #write(): Promise<void> {
    return writeJson(this.#settings, KEY, [...this.#records.values()])
  }
}

export function cancelled(): DOMException {
  return new DOMException('The import was cancelled.', 'AbortError')
}

export function alreadyRunning(fileName: string): QuireError {
  return new QuireError('ERR_OPTION_INVALID', `“${fileName}” is being imported already.`)
}
