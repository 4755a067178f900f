import type { QuireError } from '../../errors.ts'

export interface BackupProgress {
  readonly doneBytes: number
  readonly totalBytes?: number | undefined
  readonly doneDatasets: number
  readonly totalDatasets?: number | undefined
}

/** How one backup stands or ended. */
export interface Backup extends BackupProgress {
  readonly id: string
  readonly kind: 'export' | 'import'
  readonly state: 'running' | 'done' | 'cancelled' | 'failed'
  readonly startedAtMs: number
  readonly error?: QuireError | undefined
}

export interface ImportedDataset {
  readonly cid: string
  readonly name?: string | undefined
  readonly sizeBytes: number
  readonly outcome: 'added' | 'known' | 'damaged' | 'refused'
  readonly addedBlocks: number
  readonly damagedBlocks: number
  readonly error?: QuireError | undefined
}

export interface ImportedKeys {
  readonly state: 'none' | 'locked' | 'taken'
  readonly addedCount: number
  readonly knownCount: number
  readonly refused: readonly { readonly what: string; readonly error: QuireError }[]
  readonly peerKey: 'none' | 'same' | 'left' | 'taken'
}

export interface ImportReport {
  readonly madeAtMs: number
  readonly isWhole: boolean
  readonly error?: QuireError | undefined
  readonly datasets: readonly ImportedDataset[]
  readonly datasetCount: number
  readonly archiveCount: number
  readonly addedBlocks: number
  readonly damagedBlocks: number
  readonly communities: readonly {
    readonly id: string
    readonly name: string
    readonly error?: QuireError | undefined
  }[]
  readonly keys: ImportedKeys
}
