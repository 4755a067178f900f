/**
 * A dataset’s manifest: which tree, which sizes, which name. Its CID is made over its bytes, so the bytes that arrived are
 * what is kept and served; re-encoding is only for manifests of our own.
 *
 *   write: generation C (2026)          read: C, and A and B before it
 *   A and C share everything but the field numbers; a legacy manifest without names is A and B alike and is called A
 */
import type { CID } from 'multiformats/cid'
import { isQuireError, QuireError } from '../errors.ts'
import { BLOCK_CODEC, decodeCid, SHA2_256, TREE_CODEC } from './cid.ts'
import {
  decodeHeader,
  encodeCurrentHeader,
  type LegacyHeader,
  readErasureInfo,
  readManifestVersion,
} from './pb/manifest.ts'

/** Source: logos-storage-nim, storagetypes: 64 KiB unless asked otherwise. */
export const DEFAULT_BLOCK_SIZE_BYTES = 65_536
export const MIN_BLOCK_SIZE_BYTES = 4096
export const MAX_BLOCK_SIZE_BYTES = 524_288
/** A manifest block on the wire; honest ones have some hundred bytes. Source: the manifest protocol’s data cap. */
export const MAX_MANIFEST_BYTES = 65_536
/** Ours: 4 TiB in blocks of 64 KiB. A manifest costs a peer nothing, but makes us hold a bit and 64 bytes a block. */
export const MAX_BLOCK_COUNT = 2 ** 26

export interface Manifest {
  readonly generation: 'A' | 'B' | 'C'
  readonly treeCid: CID
  readonly blockSizeBytes: number
  /** True length; the last block is padded with zeros. At least 1, at most 2^53 - 1. */
  readonly datasetSizeBytes: number
  /** Multicodec of the blocks, 0xCD02. */
  readonly codec: number
  /** Multihash code, 0x12. */
  readonly hcodec: number
  /** 0 or 1 (on the wire 1 and 2: upstream writes its enum’s ordinal). */
  readonly cidVersion: number
  /** As written, from anyone: show and save it only through `safeFilename`. Never empty. */
  readonly filename?: string | undefined
  readonly mimetype?: string | undefined
}

export interface ManifestInit {
  readonly treeCid: CID
  readonly blockSizeBytes: number
  readonly datasetSizeBytes: number
  readonly filename?: string | undefined
  readonly mimetype?: string | undefined
}

type Sizes = Pick<Manifest, 'datasetSizeBytes' | 'blockSizeBytes'>

const MANIFEST_VERSION = 0
const CID_V1_ORDINAL = 2

/**
 * The bytes of a generation C manifest; an empty name or type is left out.
 *
 * Errors: `ERR_MANIFEST_INVALID` (a size that no manifest may have).
 */
export function encodeManifest(init: ManifestInit): Uint8Array {
  checkSizes(init)
  return encodeCurrentHeader({
    manifestVersion: MANIFEST_VERSION,
    treeCid: init.treeCid.bytes,
    blockSize: init.blockSizeBytes,
    datasetSize: BigInt(init.datasetSizeBytes),
    codec: BLOCK_CODEC,
    hcodec: SHA2_256,
    cidVersion: CID_V1_ORDINAL,
    filename: encodeName(init.filename),
    mimetype: encodeName(init.mimetype),
  })
}

/**
 * The manifest in a manifest block of any generation; whether it can be fetched is for `checkManifest` to say.
 *
 * Errors: `ERR_MANIFEST_INVALID` (does not decode, more than 64 KiB, sizes of zero or above 2^53 - 1, a bad CID),
 * `ERR_MANIFEST_UNSUPPORTED` (a version other than 0, an erasure-coded dataset).
 */
export function decodeManifest(bytes: Uint8Array): Manifest {
  if (bytes.byteLength > MAX_MANIFEST_BYTES) throw refused(`A manifest of ${bytes.byteLength} bytes is too large.`)
  try {
    return decode(bytes)
  } catch (cause) {
    if (isQuireError(cause, 'ERR_MANIFEST_UNSUPPORTED') || isQuireError(cause, 'ERR_MANIFEST_INVALID')) throw cause
    throw refused('The manifest does not decode.', cause)
  }
}

/**
 * Refuses a manifest whose dataset Quire cannot hold or check; call it before a fetch or an import.
 *
 * Errors: `ERR_MANIFEST_INVALID`: the tree CID is no Merkle root, the block size is no power of two in 4 KiB … 512 KiB, the
 * blocks are not SHA-256 Codex blocks, or there are more than 2^26 of them.
 */
export function checkManifest(manifest: Manifest): void {
  checkSizes(manifest)
  const { blockSizeBytes: size } = manifest
  if (manifest.treeCid.code !== TREE_CODEC) throw refused('The manifest’s tree CID does not name a Merkle root.')
  if (size < MIN_BLOCK_SIZE_BYTES || size > MAX_BLOCK_SIZE_BYTES || (size & (size - 1)) !== 0) {
    throw refused(`A block size of ${size} bytes is not allowed.`)
  }
  if (manifest.codec !== BLOCK_CODEC || manifest.hcodec !== SHA2_256) {
    throw refused('The manifest names blocks of another kind or hash.')
  }
  const blockCount = blockCountOf(manifest)
  if (blockCount > MAX_BLOCK_COUNT) throw refused(`A dataset of ${blockCount} blocks is too large.`)
}

/** How many blocks a dataset has; the last may be partly padding. */
export function blockCountOf(sizes: Sizes): number {
  return Math.ceil(sizes.datasetSizeBytes / sizes.blockSizeBytes)
}

function decode(bytes: Uint8Array): Manifest {
  const version = readManifestVersion(bytes)
  if (version !== undefined && version !== MANIFEST_VERSION) {
    throw unsupported(`Manifest version ${version} is not known.`)
  }
  const wire = decodeHeader(bytes)
  const { header } = wire
  const names = wire.isLegacy ? readLegacyNames(wire.header) : { generation: 'C' as const, ...wire.header }
  const manifest = {
    generation: names.generation,
    treeCid: decodeCid(header.treeCid),
    blockSizeBytes: header.blockSize,
    // Above 2^53 - 1 this is no safe integer, which checkSizes refuses.
    datasetSizeBytes: Number(header.datasetSize),
    codec: header.codec,
    hcodec: header.hcodec,
    cidVersion: readCidVersion(header.cidVersion),
    filename: decodeName(names.filename),
    mimetype: decodeName(names.mimetype),
  }
  checkSizes(manifest)
  return manifest
}

/**
 * Tells A from B: A is 7 erasure, 8 name, 9 type; B is 7 name, 8 type. Of a lone field 8, only a type holds a “/”.
 *
 * Upstream never had to, since no node reads two generations.
 */
function readLegacyNames(header: LegacyHeader): {
  generation: 'A' | 'B'
  filename: Uint8Array | undefined
  mimetype: Uint8Array | undefined
} {
  const { field7, field8, field9 } = header
  if (field7 !== undefined) {
    if (field9 !== undefined || readErasureInfo(field7) !== undefined) {
      throw unsupported('This dataset is erasure-coded, which Quire does not read.')
    }
    if (!isUtf8(field7)) throw refused('Field 7 of the manifest is neither a name nor an erasure description.')
    return { generation: 'B', filename: field7, mimetype: field8 }
  }
  if (field9 === undefined && field8?.includes(SLASH) === true) {
    return { generation: 'B', filename: undefined, mimetype: field8 }
  }
  return { generation: 'A', filename: field8, mimetype: field9 }
}

const SLASH = 0x2f

function checkSizes({ datasetSizeBytes, blockSizeBytes }: Sizes): void {
  if (!Number.isSafeInteger(datasetSizeBytes) || datasetSizeBytes < 1) {
    throw refused(`A dataset of ${datasetSizeBytes} bytes is not possible.`)
  }
  if (!Number.isSafeInteger(blockSizeBytes) || blockSizeBytes < 1 || blockSizeBytes > 0xffff_ffff) {
    throw refused(`A block size of ${blockSizeBytes} bytes is not possible.`)
  }
}

function readCidVersion(ordinal: number): number {
  if (ordinal !== 1 && ordinal !== CID_V1_ORDINAL) throw refused(`The CID version ${ordinal} is unknown.`)
  return ordinal - 1
}

function encodeName(name: string | undefined): Uint8Array | undefined {
  return name === undefined || name === '' ? undefined : new TextEncoder().encode(name)
}

function decodeName(name: Uint8Array | undefined): string | undefined {
  return name === undefined || name.byteLength === 0
    ? undefined
    : new TextDecoder('utf-8', { ignoreBOM: true }).decode(name)
}

function isUtf8(bytes: Uint8Array): boolean {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes)
    return true
  } catch {
    // The decoder’s way of saying no.
    return false
  }
}

function refused(message: string, cause?: unknown): QuireError {
  return new QuireError('ERR_MANIFEST_INVALID', message, cause === undefined ? {} : { cause })
}

function unsupported(message: string): QuireError {
  return new QuireError('ERR_MANIFEST_UNSUPPORTED', message)
}
