import type { ManifestCid } from '../codec/cid.ts'
import { type BlockMap, mapBlocks } from '../exchange/block-map.ts'
import { datasetRef } from './fetch-dataset.ts'
import type { NodeParts } from './node-parts.ts'

/** `isLive` is false while nothing fetches the dataset: then nobody was asked who has what. */
export type NodeBlockMap = BlockMap & { readonly isLive: boolean }

/** Where the blocks of a dataset are, in at most `maxCells` cells; undefined where it is not here at all. */
export async function nodeBlockMap(
  { store, exchange }: Pick<NodeParts, 'store' | 'exchange'>,
  cid: ManifestCid,
  maxCells: number,
): Promise<NodeBlockMap | undefined> {
  const entry = await store.getDataset(cid)
  if (entry === undefined) return undefined
  const dataset = datasetRef(cid, entry.manifest)
  const live = exchange.blockMap(dataset, maxCells)
  if (live !== undefined) return { ...live, isLive: true }
  const stored = await store.presence(dataset.treeCid)
  return stored && { ...mapBlocks({ stored, taken: stored, held: [] }, maxCells), isLive: false }
}
