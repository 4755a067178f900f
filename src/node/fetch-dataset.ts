/**
 * From a CID to a whole dataset on this device.
 *
 *   addresses of the link ──▶ connectInBackground      (beside everything else, never waited for)
 *   manifest: here, else from peers ──▶ check ──▶ store.addDataset (listed, refused when it cannot fit)
 *   ──▶ exchange.download ──▶ verified blocks in the store, served at once; what an earlier fetch left is not asked again
 */
import { asTreeCid, cidText, type ManifestCid } from '../codec/cid.ts'
import { blockCountOf, checkManifest, decodeManifest, type Manifest } from '../codec/manifest.ts'
import { safeFilename } from '../codec/safe-filename.ts'
import { QuireError } from '../errors.ts'
import type { TransferState } from '../exchange/transfer-state.ts'
import type { DatasetRef } from '../exchange/verify-answer.ts'
import type { AbortOptions, DatasetEntry } from '../store/block-store.ts'
import type { NodeParts } from './node-parts.ts'
import { followPhase } from './transfer-phase.ts'
import type { Running } from './transfers.ts'

/** A manifest and the bytes that its CID was made over. */
export interface FoundManifest {
  readonly manifest: Manifest
  readonly bytes: Uint8Array
}

/** How long to wait for somebody who has it; `Infinity` until it is cancelled. */
export interface Patience {
  readonly manifestMs: number
  readonly blocksMs: number
}

export interface FindOptions extends AbortOptions {
  /** Where a link says that holders were. */
  readonly addresses?: readonly string[] | undefined
}

interface FindInit extends AbortOptions {
  readonly patience: Patience
  readonly onState?: ((state: TransferState) => void) | undefined
}

/**
 * The manifest of a dataset, from here or from the network, checked so that its dataset can be fetched.
 *
 * Errors: `ERR_MANIFEST_NOT_FOUND`, `ERR_MANIFEST_INVALID`, `ERR_MANIFEST_UNSUPPORTED`.
 */
export async function findManifest(parts: NodeParts, cid: ManifestCid, init: FindInit): Promise<FoundManifest> {
  const { signal, onState } = init
  const here = await parts.store.getManifest(cid)
  const options = { signal, onState, waitForPeersMs: init.patience.manifestMs }
  const bytes = here ?? (await parts.exchange.fetchManifest(cid, options))
  signal?.throwIfAborted()
  const manifest = decodeManifest(bytes)
  checkManifest(manifest)
  return { manifest, bytes }
}

interface FetchInit {
  readonly cid: ManifestCid
  readonly patience: Patience
  /** The dataset is in the store’s list from here on. */
  readonly onListed?: (() => void) | undefined
}

/** Fetches all blocks; an abort keeps what was verified. Errors: those of `findManifest`, `ERR_STORE_FULL`, `ERR_NO_PEER_HAS_IT`. */
export async function fetchDataset(
  parts: NodeParts,
  { cid, patience, onListed }: FetchInit,
  { signal, update }: Running,
): Promise<DatasetEntry> {
  const following = followPhase(parts.network, (phase) => update({ phase }))
  try {
    const find = { patience, signal, onState: following.report }
    const { manifest, bytes } = await findManifest(parts, cid, find)
    const totalBytes = manifest.datasetSizeBytes
    update({ totalBytes, name: safeFilename(manifest.filename, cidText(cid)) })
    await parts.store.addDataset({ manifestCid: cid, manifestBytes: bytes }, { signal })
    onListed?.()
    await parts.exchange.download(datasetRef(cid, manifest), {
      signal,
      giveUpAfterMs: patience.blocksMs,
      onState: following.report,
      onProgress: ({ haveCount }) => update({ doneBytes: Math.min(haveCount * manifest.blockSizeBytes, totalBytes) }),
    })
    update({ doneBytes: totalBytes })
    return await entryOf(parts, cid)
  } finally {
    following.stop()
  }
}

/** What the exchange calls a dataset. */
export function datasetRef(manifestCid: ManifestCid, manifest: Manifest): DatasetRef {
  return {
    manifestCid,
    treeCid: asTreeCid(manifest.treeCid),
    blockCount: blockCountOf(manifest),
    blockSizeBytes: manifest.blockSizeBytes,
  }
}

/**
 * Dials whoever links named, and again whenever this node is back on the network, until `signal` aborts or `stop` is called.
 */
export function keepDialling(
  parts: NodeParts,
  { addresses, signal }: { addresses: () => readonly string[]; signal: AbortSignal },
): { stop: () => void } {
  const isBack = (): boolean => parts.network.status().reachability.state === 'reachable'
  let wasBack = isBack()
  connectInBackground(parts, { addresses: addresses(), signal })
  const stop = parts.network.onStatusChange(() => {
    if (!wasBack && isBack() && !signal.aborted) connectInBackground(parts, { addresses: addresses(), signal })
    wasBack = isBack()
  })
  return { stop }
}

/** Dials whoever a link names; nothing waits for it, and an abort ends it. */
export function connectInBackground({ network, log }: NodeParts, { addresses = [], signal }: FindOptions): void {
  if (addresses.length === 0) return
  network.connect(addresses, { signal }).catch((error: unknown) => {
    // Holders are found in other ways too; the fetch itself says when there is none.
    if (signal?.aborted !== true) log('info', 'no holder named by the link could be reached', { error })
  })
}

async function entryOf({ store }: NodeParts, cid: ManifestCid): Promise<DatasetEntry> {
  const entry = await store.getDataset(cid)
  if (entry !== undefined) return entry
  throw new QuireError('ERR_DATASET_NOT_FOUND', 'The dataset was deleted while it was fetched.')
}
