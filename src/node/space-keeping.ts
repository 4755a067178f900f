import type { ManifestCid } from '../codec/cid.ts'
import { QuireError } from '../errors.ts'
import type { DatasetEntry, StoreSpace } from '../store/block-store.ts'
import type { NodeParts } from './node-parts.ts'

export interface NodeSpace extends StoreSpace {
  /** Of datasets that stay until a person removes them. */
  readonly pinnedBytes: number
  /** Of datasets that may go when room is needed. */
  readonly cachedBytes: number
}

interface SpaceKeepingInit {
  /** Held for a community, which has a quota of its own. */
  readonly isQuiet: (cid: ManifestCid) => boolean
  readonly onChange: () => void
}

/** What stays on this device and what may go. */
export class SpaceKeeping {
  readonly #parts: Pick<NodeParts, 'store' | 'log'>
  readonly #init: SpaceKeepingInit

  constructor(parts: Pick<NodeParts, 'store' | 'log'>, init: SpaceKeepingInit) {
    this.#parts = parts
    this.#init = init
  }

  async space(): Promise<NodeSpace> {
    const { store } = this.#parts
    const [space, entries] = await Promise.all([store.space(), store.listDatasets()])
    return { ...space, ...shares(space.usedBytes, this.#ofPersons(entries)) }
  }

  /** Errors: `ERR_DATASET_NOT_FOUND`. */
  async isPinned(cid: ManifestCid): Promise<boolean> {
    const entry = await this.#parts.store.getDataset(cid)
    if (entry === undefined) throw notHere()
    return entry.isPinned
  }

  /** Kept over restarts. Errors: `ERR_DATASET_NOT_FOUND`. */
  async setPinned(cid: ManifestCid, isPinned: boolean): Promise<void> {
    if (!(await this.#parts.store.setPinned(cid, isPinned))) throw notHere()
    this.#init.onChange()
  }

  #ofPersons(entries: readonly DatasetEntry[]): DatasetEntry[] {
    return entries.filter(({ manifestCid }) => !this.#init.isQuiet(manifestCid))
  }
}

/** Bytes of pinned datasets and of others; a tree that several datasets share counts once, and as pinned if one of them is. */
function shares(usedBytes: number, entries: readonly DatasetEntry[]): Pick<NodeSpace, 'pinnedBytes' | 'cachedBytes'> {
  const trees = new Map<string, { readonly sizeBytes: number; readonly isPinned: boolean }>()
  for (const { manifest, haveCount, isPinned } of entries) {
    const key = manifest.treeCid.toString()
    const known = trees.get(key)
    const sizeBytes = haveCount * manifest.blockSizeBytes
    trees.set(key, { sizeBytes, isPinned: isPinned || known?.isPinned === true })
  }
  const sum = (isPinned: boolean): number =>
    [...trees.values()].reduce((total, tree) => total + (tree.isPinned === isPinned ? tree.sizeBytes : 0), 0)
  // Trees may share blocks, which are stored once.
  const pinnedBytes = Math.min(usedBytes, sum(true))
  return { pinnedBytes, cachedBytes: Math.min(usedBytes - pinnedBytes, sum(false)) }
}

function notHere(): QuireError {
  return new QuireError('ERR_DATASET_NOT_FOUND', 'This dataset is not on this device.')
}
