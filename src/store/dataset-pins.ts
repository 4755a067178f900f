import { digestOf, type ManifestCid } from '../codec/cid.ts'
import type { DatasetUse } from './block-store.ts'
import { readEntry } from './catalog.ts'
import { putNote, readNote } from './dataset-notes.ts'
import type { KvWriter } from './kv.ts'

/** Inside one transaction; false where the dataset is not here. */
export async function pinDataset(tx: KvWriter, manifestCid: ManifestCid, isPinned: boolean): Promise<boolean> {
  const digest = digestOf(manifestCid)
  const entry = await readEntry(tx, digest)
  if (entry === undefined) return false
  if (entry.isPinned !== isPinned) putNote(tx, digest, { isPinned, lastUsedAtMs: entry.lastUsedAtMs })
  return true
}

/** Inside one transaction; what is not here is left out, and earlier times than those noted change nothing. */
export async function noteDatasetUses(tx: KvWriter, uses: readonly DatasetUse[]): Promise<void> {
  const latest = new Map(uses.toSorted((a, b) => a.atMs - b.atMs).map((use) => [use.manifestCid.toString(), use]))
  const note = async ({ manifestCid, atMs }: DatasetUse): Promise<void> => {
    const digest = digestOf(manifestCid)
    const [isHere, noted] = await Promise.all([tx.has('manifests', digest), readNote(tx, digest)])
    if (!isHere || atMs <= (noted?.lastUsedAtMs ?? 0)) return
    putNote(tx, digest, { isPinned: noted?.isPinned, lastUsedAtMs: atMs })
  }
  await Promise.all([...latest.values()].map(note))
}
