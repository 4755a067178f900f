import { asTreeCid, cidText, digestOf, manifestCidFromDigest, type ManifestCid, type TreeCid } from '../../codec/cid.ts'
import type { BlockSet } from '../../codec/block-set.ts'
import { blockCountOf, checkManifest, decodeManifest, type Manifest } from '../../codec/manifest.ts'
import { sameBytes } from '../../codec/same-bytes.ts'
import { safeFilename } from '../../codec/safe-filename.ts'
import { type ErrorCode, isQuireError, QuireError } from '../../errors.ts'
import { type NodeHasher, sha256 } from '../../merkle/hasher.ts'
import { verifyProof } from '../../merkle/proof.ts'
import type { ProvenBlock } from '../../store/block-store.ts'
import { ARCHIVE_LABEL } from '../history-datasets.ts'
import { type DatasetHeader, decodeBlock } from './backup-format.ts'
import type { BackupParts } from './backup-parts.ts'
import type { ImportedDataset } from './backup-views.ts'

/** Blocks that are checked and stored together; of 64 KiB they are 2 MiB. */
const GROUP_BLOCKS = 32
/** With these the store does not work any more, so the import ends. */
const FATAL: readonly ErrorCode[] = ['ERR_STORE_FAILED', 'ERR_STORE_UNAVAILABLE', 'ERR_NODE_STOPPED']

interface Found {
  readonly cid: ManifestCid
  readonly treeCid: TreeCid
  readonly manifest: Manifest
  readonly blockCount: number
  /** Blocks that are here. */
  readonly presence: BlockSet
  readonly isNew: boolean
}

/** One dataset of a backup on its way into the store: each block is checked against the tree of its manifest. */
export class DatasetImport {
  readonly #parts: BackupParts
  readonly #hasher: NodeHasher
  readonly #header: DatasetHeader
  readonly #release: () => void
  #isArchive = false
  #found: Found | undefined
  #waiting: ProvenBlock[] = []
  #seenBlocks = 0
  #addedBlocks = 0
  #damagedBlocks = 0
  #error: QuireError | undefined

  constructor(parts: BackupParts, { hasher, header }: { hasher: NodeHasher; header: DatasetHeader }) {
    this.#parts = parts
    this.#hasher = hasher
    this.#header = header
    this.#release = parts.uses.protect(this.cid)
  }

  get cid(): ManifestCid {
    return manifestCidFromDigest(this.#header.manifestDigest)
  }

  /** Once it has begun. */
  get isArchive(): boolean {
    return this.#isArchive
  }

  get seenBlocks(): number {
    return this.#seenBlocks
  }

  /**
   * Enters it in the store; as an archive of a community, which no list shows, only where it `mayBeArchive` and is called as
   * those are. Errors: `ERR_STORE_FAILED`, `ERR_STORE_UNAVAILABLE`; others are told by `end`.
   */
  async begin(mayBeArchive: boolean): Promise<void> {
    await this.#attempt(async () => {
      const { manifestBytes, manifestDigest, isUpload } = this.#header
      if (!sameBytes(await sha256(manifestBytes), manifestDigest)) {
        throw new QuireError('ERR_MANIFEST_INVALID', 'The dataset’s description is not the one of its CID.')
      }
      const manifest = decodeManifest(manifestBytes)
      checkManifest(manifest)
      this.#isArchive = mayBeArchive && this.#header.isArchive && manifest.filename === ARCHIVE_LABEL.filename
      const { store, quiet } = this.#parts
      const before = await store.getDataset(this.cid)
      if (before === undefined && this.#isArchive) await quiet.add(this.cid)
      if (!this.#isArchive) await quiet.delete(this.cid)
      const origin = isUpload ? 'upload' : 'fetch'
      await store.addDataset({ manifestCid: this.cid, manifestBytes, origin, addedAtMs: this.#past('addedAtMs') })
      const treeCid = asTreeCid(manifest.treeCid)
      const presence = await store.presence(treeCid)
      if (presence === undefined) throw new QuireError('ERR_DATASET_NOT_FOUND', 'It was deleted meanwhile.')
      const blockCount = blockCountOf(manifest)
      this.#found = { cid: this.cid, treeCid, manifest, blockCount, presence, isNew: before === undefined }
      await this.#note(before?.isPinned)
    })
  }

  async add(payload: Uint8Array): Promise<void> {
    this.#seenBlocks++
    const found = this.#found
    if (found === undefined || this.#error !== undefined) return
    const block = decodeBlock(payload, { ...found.manifest, blockCount: found.blockCount })
    if (block === undefined || block.index >= found.blockCount) {
      this.#damagedBlocks++
      return
    }
    if (found.presence.has(block.index)) return
    this.#waiting.push({ ...block, digest: new Uint8Array() })
    if (this.#waiting.length >= GROUP_BLOCKS) await this.#store(found)
  }

  /** Stores what waits. */
  async end(): Promise<ImportedDataset> {
    if (this.#found !== undefined) await this.#store(this.#found)
    const { manifest } = this.#found ?? {}
    const name = manifest?.filename
    return {
      cid: cidText(this.cid),
      ...(name === undefined ? {} : { name: safeFilename(name) }),
      sizeBytes: manifest?.datasetSizeBytes ?? 0,
      outcome: this.#outcome(),
      addedBlocks: this.#addedBlocks,
      damagedBlocks: this.#damagedBlocks,
      ...(this.#error === undefined ? {} : { error: this.#error }),
    }
  }

  /** From now on it may go again when room is needed. */
  release(): void {
    this.#release()
  }

  #outcome(): ImportedDataset['outcome'] {
    if (this.#error !== undefined) return 'refused'
    if (this.#damagedBlocks > 0) return 'damaged'
    return this.#addedBlocks > 0 || this.#found?.isNew === true ? 'added' : 'known'
  }

  async #store(found: Found): Promise<void> {
    const waiting = this.#waiting
    this.#waiting = []
    if (waiting.length === 0) return
    const root = digestOf(found.treeCid)
    const hashed = await Promise.all(waiting.map(async (block) => ({ ...block, digest: await sha256(block.bytes) })))
    const verified = hashed.filter(({ digest, index, path }) =>
      verifyProof({ leaf: digest, index, path, leafCount: found.blockCount, root }, this.#hasher),
    )
    this.#damagedBlocks += hashed.length - verified.length
    await this.#attempt(async () => {
      await this.#parts.store.putBlocks(found.treeCid, verified)
      for (const { index } of verified) if (found.presence.add(index)) this.#addedBlocks++
    })
  }

  /** A pin of the backup counts also for what was here without one. */
  async #note(wasPinned: boolean | undefined): Promise<void> {
    const { store, announcer } = this.#parts
    const { isPinned, isAnnounced } = this.#header
    if (wasPinned === undefined ? isPinned !== this.#header.isUpload : isPinned && !wasPinned) {
      await store.setPinned(this.cid, isPinned)
    }
    if (wasPinned !== undefined) return
    await store.noteUses([{ manifestCid: this.cid, atMs: this.#past('lastUsedAtMs') }])
    if (!isAnnounced) await announcer.setAnnounced(this.cid, false)
  }

  /** A time of the backup, which may say anything. */
  #past(name: 'addedAtMs' | 'lastUsedAtMs'): number {
    const atMs = this.#header[name]
    const nowMs = this.#parts.uses.now()
    return Number.isFinite(atMs) ? Math.max(0, Math.min(atMs, nowMs)) : nowMs
  }

  async #attempt(work: () => Promise<void>): Promise<void> {
    try {
      await work()
    } catch (error) {
      if (!isQuireError(error) || FATAL.includes(error.code)) throw error
      this.#error ??= error
    }
  }
}
