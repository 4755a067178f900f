import type { QuireError } from '../../errors.ts'
import type { ImportedDataset, ImportedKeys, ImportReport } from './backup-views.ts'

/** What a report names; a file may have any number of datasets. */
const MAX_NAMED = 1_000
const NO_KEYS: ImportedKeys = { state: 'none', addedCount: 0, knownCount: 0, refused: [], peerKey: 'none' }

/** Counts what an import does. */
export class ImportTally {
  madeAtMs = 0
  keys: ImportedKeys = NO_KEYS
  readonly communities: { readonly id: string; readonly name: string; readonly error?: QuireError | undefined }[] = []
  readonly #troubled: ImportedDataset[] = []
  readonly #fine: ImportedDataset[] = []
  #datasetCount = 0
  #archiveCount = 0
  #addedBlocks = 0
  #damagedBlocks = 0

  /** All that ended so far, archives too. */
  get count(): number {
    return this.#datasetCount + this.#archiveCount
  }

  add(dataset: ImportedDataset, { isArchive }: { readonly isArchive: boolean }): void {
    this.#addedBlocks += dataset.addedBlocks
    this.#damagedBlocks += dataset.damagedBlocks
    if (isArchive) this.#archiveCount++
    else this.#datasetCount++
    const isTroubled = dataset.outcome === 'damaged' || dataset.outcome === 'refused'
    if (isArchive && !isTroubled) return
    const named = isTroubled ? this.#troubled : this.#fine
    if (named.length < MAX_NAMED) named.push(dataset)
  }

  report(error: QuireError | undefined): ImportReport {
    return {
      madeAtMs: this.madeAtMs,
      isWhole: error === undefined,
      ...(error === undefined ? {} : { error }),
      datasets: [...this.#troubled, ...this.#fine].slice(0, MAX_NAMED),
      datasetCount: this.#datasetCount,
      archiveCount: this.#archiveCount,
      addedBlocks: this.#addedBlocks,
      damagedBlocks: this.#damagedBlocks,
      communities: this.communities,
      keys: this.keys,
    }
  }
}
