/** A node for tests of the control API: a real store in memory, no network. */
import type { ManifestCid } from '../../codec/cid.ts'
import { decodeManifest } from '../../codec/manifest.ts'
import { readDataset } from '../../dataset/download.ts'
import { uploadDataset } from '../../dataset/upload.ts'
import { QuireError } from '../../errors.ts'
import type { BlockStore } from '../../store/block-store.ts'
import { createMemoryBlockStore } from '../../store/memory-block-store.ts'
import type { DatasetNode } from '../dataset-node.ts'

export async function startMemoryNode(quotaBytes = 64 * 1024 * 1024): Promise<DatasetNode> {
  const store = createMemoryBlockStore({ quotaBytes })
  await store.start()
  return nodeOver(store)
}

function nodeOver(store: BlockStore): DatasetNode {
  const findManifest: DatasetNode['findManifest'] = async (cid) => {
    const bytes = await store.getManifest(cid)
    if (bytes === undefined) throw new QuireError('ERR_MANIFEST_NOT_FOUND', 'Nobody has it.')
    return { bytes, manifest: decodeManifest(bytes) }
  }
  return {
    peerId: '16Uiu2HAmTest',
    upload: (source, options) => uploadDataset(store, source, options),
    list: () => store.listDatasets(),
    getDataset: (cid) => store.getDataset(cid),
    findManifest,
    read: (cid, { signal }) => readFrom(store, { cid, findManifest, signal }),
    fetch: async (cid) => {
      const entry = await store.getDataset(cid)
      if (entry !== undefined) return entry
      throw new QuireError('ERR_NO_PEER_HAS_IT', 'There is no network.')
    },
    transfers: { list: () => [], cancelOf: async () => undefined },
    delete: (cid) => store.deleteDataset(cid),
    space: () => store.space(),
  }
}

async function* readFrom(
  store: BlockStore,
  init: { cid: ManifestCid; findManifest: DatasetNode['findManifest']; signal?: AbortSignal | undefined },
): AsyncGenerator<Uint8Array> {
  const { manifest } = await init.findManifest(init.cid)
  const source = {
    getBlock: async (treeCid: Parameters<BlockStore['getBlocks']>[0], index: number) => {
      const [block] = await store.getBlocks(treeCid, [index])
      if (block === undefined) throw new QuireError('ERR_BLOCK_NOT_FOUND', 'This block is not here.')
      return block.bytes
    },
  }
  yield* readDataset(manifest, source, { signal: init.signal })
}
