import { asTreeCid, cidText, digestOf } from '../../codec/cid.ts'
import { fromHex, toHex } from '../../history/crypto/hex.ts'
import type { DatasetEntry } from '../../store/block-store.ts'
import { VERSION } from '../version.ts'
import {
  encodeBlocks,
  encodeCount,
  encodeDataset,
  encodeEnvelopes,
  encodeFrame,
  encodeJsonFrame,
  MAGIC,
} from './backup-format.ts'
import { sealKeys } from './backup-keys.ts'
import { type BackupHistory, type BackupParts, PEER_KEY_SETTING } from './backup-parts.ts'
import type { BackupProgress } from './backup-views.ts'

/** Blocks in memory at a time; of 64 KiB they are 2 MiB. */
const GROUP_BLOCKS = 32

export interface WriteBackupInit {
  readonly withKeys?: boolean | undefined
  readonly passphrase?: string | undefined
  /** Of PBKDF2; fewer in tests. */
  readonly rounds?: number | undefined
  readonly signal: AbortSignal
  readonly onProgress: (progress: BackupProgress) => void
}

/**
 * The bytes of a backup of everything held, as `docs/BACKUP-FORMAT.md` says; read as fast as somebody takes them.
 *
 * What is deleted meanwhile is left out; what is being written does not go to make room. Errors: those of the store.
 */
export async function* writeBackup(
  parts: BackupParts & { readonly history: BackupHistory | undefined },
  { withKeys, passphrase, rounds, signal, onProgress }: WriteBackupInit,
): AsyncGenerator<Uint8Array, void, undefined> {
  const { store, history } = parts
  await parts.uses.flush()
  const entries = inOrder(await store.listDatasets(), parts)
  const totalBytes = entries.reduce((sum, entry) => sum + heldBytes(entry), 0)
  const communities = (await history?.backupCommunities()) ?? []
  signal.throwIfAborted()
  yield MAGIC
  const head = { madeAtMs: parts.uses.now(), version: VERSION, datasetCount: entries.length, contentBytes: totalBytes }
  yield encodeJsonFrame('head', head)
  if (withKeys === true) yield encodeJsonFrame('keys', await sealKeys(await keysOf(parts), { passphrase, rounds }))
  yield encodeJsonFrame('settings', {
    uploadLimits: parts.uploadLimits.limits,
    communitiesQuotaBytes: await history?.totalQuotaBytes(),
  })
  yield encodeJsonFrame('communities', communities)
  const writtenTrees = new Set<string>()
  let [doneBytes, doneDatasets, blockCount] = [0, 0, 0]
  for (const entry of entries) {
    signal.throwIfAborted()
    for await (const { bytes, blocks } of datasetFrames(parts, entry, writtenTrees)) {
      signal.throwIfAborted()
      yield bytes
      blockCount += blocks
      doneBytes += blocks * entry.manifest.blockSizeBytes
      onProgress({ doneBytes, totalBytes, doneDatasets, totalDatasets: entries.length })
    }
    doneDatasets++
  }
  onProgress({ doneBytes, totalBytes, doneDatasets, totalDatasets: entries.length })
  for await (const { id, envelopes } of (await history?.backupEnvelopes()) ?? []) {
    signal.throwIfAborted()
    if (envelopes.length > 0) yield encodeFrame('envelopes', encodeEnvelopes(fromHex(id), envelopes))
  }
  yield encodeJsonFrame('end', { datasetCount: doneDatasets, blockCount })
}

interface Written {
  readonly bytes: Uint8Array
  readonly blocks: number
}

async function* datasetFrames(
  { store, quiet, announcer, uses }: BackupParts,
  entry: DatasetEntry,
  writtenTrees: Set<string>,
): AsyncGenerator<Written> {
  const { manifestCid, manifest, isPinned, origin, addedAtMs, lastUsedAtMs } = entry
  const release = uses.protect(manifestCid)
  try {
    const treeCid = asTreeCid(manifest.treeCid)
    const [manifestBytes, presence] = await Promise.all([store.getManifest(manifestCid), store.presence(treeCid)])
    // Deleted since it was listed.
    if (manifestBytes === undefined || presence === undefined) return
    const header = {
      isPinned,
      isUpload: origin === 'upload',
      isArchive: quiet.has(manifestCid),
      isAnnounced: announcer.isAnnounced(manifestCid),
      addedAtMs,
      lastUsedAtMs,
      manifestDigest: digestOf(manifestCid),
      manifestBytes,
    }
    yield { bytes: await encodeFrame('dataset', encodeDataset(header)), blocks: 0 }
    let count = 0
    // The blocks of a tree stand behind the first of its datasets alone.
    const isFirst = !writtenTrees.has(cidText(treeCid))
    writtenTrees.add(cidText(treeCid))
    for (const indices of isFirst ? groupsOf(presence.ranges()) : []) {
      const blocks = await store.getProvenBlocks(treeCid, indices)
      if (blocks.length === 0) continue
      count += blocks.length
      yield { bytes: encodeBlocks(blocks), blocks: blocks.length }
    }
    yield { bytes: await encodeFrame('datasetEnd', encodeCount(count)), blocks: 0 }
  } finally {
    release()
  }
}

/** Where all of it does not fit into another device, what came first is there: pinned, then archives, then by last use. */
function inOrder(entries: readonly DatasetEntry[], { quiet }: BackupParts): DatasetEntry[] {
  const rank = ({ isPinned, manifestCid }: DatasetEntry): number => {
    if (quiet.has(manifestCid)) return 1
    return isPinned ? 0 : 2
  }
  return entries.toSorted((a, b) => rank(a) - rank(b) || b.lastUsedAtMs - a.lastUsedAtMs)
}

async function keysOf({ settings, history }: BackupParts & { readonly history: BackupHistory | undefined }) {
  const peerKey = await settings?.get(PEER_KEY_SETTING)
  return {
    peerKey: peerKey === undefined ? undefined : toHex(peerKey),
    history: await history?.backupKeys(),
  }
}

function heldBytes({ haveCount, manifest }: DatasetEntry): number {
  return haveCount * manifest.blockSizeBytes
}

function* groupsOf(ranges: Iterable<{ readonly start: number; readonly count: number }>): Generator<number[]> {
  let group: number[] = []
  for (const { start, count } of ranges) {
    for (let index = start; index < start + count; index++) {
      group.push(index)
      if (group.length < GROUP_BLOCKS) continue
      yield group
      group = []
    }
  }
  if (group.length > 0) yield group
}
