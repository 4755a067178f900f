/**
 * CIDs of the Codex data model: CIDv1, sha2-256, one codec for each of the three kinds.
 *
 *   manifest 0xCD01 “zDvZRwz…” · block 0xCD02 “zDxWB8E…” · tree root 0xCD03 “zDzSvJT…”
 *
 * Source: logos-storage-nim, multicodec table; 38 bytes, 52 characters of base58btc with the “z” prefix.
 */
import { base58btc } from 'multiformats/bases/base58'
import type { MultibaseEncoder } from 'multiformats/bases/interface'
import { equals } from 'multiformats/bytes'
import { CID } from 'multiformats/cid'
import * as Digest from 'multiformats/hashes/digest'
import { QuireError } from '../errors.ts'

export const MANIFEST_CODEC = 0xcd01
export const BLOCK_CODEC = 0xcd02
export const TREE_CODEC = 0xcd03
export const SHA2_256 = 0x12
export const DIGEST_BYTES = 32

/** Version, a codec of at most nine bytes, the hash’s code and length, the digest. */
const MAX_CID_BYTES = 1 + 9 + 2 + DIGEST_BYTES
/** Reading base58 takes time in the square of the length; a CID of ours has 52 characters. */
const MAX_CID_CHARACTERS = 128

/** A CID that writes itself as everyone in this network does; multiformats’ own default is base32, “bagazua…”. */
class Base58Cid extends CID {
  override toString(base: MultibaseEncoder<string> = base58btc.encoder): string {
    return super.toString(base)
  }
}

declare const kind: unique symbol
/** CID of a manifest: what a link carries. */
export type ManifestCid = CID & { readonly [kind]: 'manifest' }
/** CID of one block’s padded bytes. */
export type BlockCid = CID & { readonly [kind]: 'block' }
/** CID of a dataset’s Merkle root: the identity of its content. */
export type TreeCid = CID & { readonly [kind]: 'tree' }

/** What people paste in place of a manifest’s CID. */
const CODEC_NAMES = new Map<number, string>([
  [BLOCK_CODEC, 'a single block'],
  [TREE_CODEC, 'a Merkle tree'],
])

export function manifestCidFromDigest(digest: Uint8Array): ManifestCid {
  return fromDigest(MANIFEST_CODEC, digest) as ManifestCid
}

export function blockCidFromDigest(digest: Uint8Array): BlockCid {
  return fromDigest(BLOCK_CODEC, digest) as BlockCid
}

export function treeCidFromDigest(digest: Uint8Array): TreeCid {
  return fromDigest(TREE_CODEC, digest) as TreeCid
}

/**
 * The manifest CID that a text names, surrounding white space ignored.
 *
 * Errors: `ERR_CID_INVALID` (no CIDv1 in base58btc with sha2-256), `ERR_CID_WRONG_KIND` (a CID of another codec).
 */
export function parseManifestCid(text: string): ManifestCid {
  const cid = parse(text.trim())
  if (cid.code === MANIFEST_CODEC) return cid as ManifestCid
  const found = CODEC_NAMES.get(cid.code) ?? `something of another network (codec 0x${cid.code.toString(16)})`
  throw new QuireError('ERR_CID_WRONG_KIND', `This is the CID of ${found}, not of a whole file.`, {
    details: { codec: cid.code },
  })
}

/** The tree CID that a text names. Errors: `ERR_CID_INVALID`, `ERR_CID_WRONG_KIND`. */
export function parseTreeCid(text: string): TreeCid {
  return asTreeCid(parse(text.trim()))
}

/** `cid` as a tree CID. Errors: `ERR_CID_WRONG_KIND`. */
export function asTreeCid(cid: CID): TreeCid {
  if (cid.code === TREE_CODEC) return cid as TreeCid
  throw new QuireError('ERR_CID_WRONG_KIND', 'This CID does not name a Merkle root.', { details: { codec: cid.code } })
}

/**
 * One binary CIDv1 with a sha2-256 multihash and nothing after it; the codec is not restricted.
 *
 * Errors: `ERR_CID_INVALID`, also for numbers that are not written in their shortest form: one CID, one encoding.
 */
export function decodeCid(bytes: Uint8Array): CID {
  if (bytes.byteLength > MAX_CID_BYTES) throw new QuireError('ERR_CID_INVALID', 'These bytes are no CID.')
  let cid: CID
  try {
    // A CID keeps views of its bytes: without the copy it would keep a whole frame of a peer alive.
    cid = CID.decode(bytes.slice())
  } catch (cause) {
    throw new QuireError('ERR_CID_INVALID', 'These bytes are no CID.', { cause })
  }
  return requireSha256(cid)
}

/** The text of any CID as this network writes it, base58btc; one that was not made here would print as base32. */
export function cidText(cid: CID): string {
  return cid.toString(base58btc)
}

/** The 32 bytes that a CID is made over. */
export function digestOf(cid: CID): Uint8Array {
  return cid.multihash.digest
}

/** Whether `digest` is the one in `cid`. */
export function hasDigest(cid: CID, digest: Uint8Array): boolean {
  return equals(digestOf(cid), digest)
}

function fromDigest(codec: number, digest: Uint8Array): CID {
  if (digest.byteLength !== DIGEST_BYTES) {
    throw new QuireError('ERR_CID_INVALID', `A digest has ${DIGEST_BYTES} bytes, not ${digest.byteLength}.`)
  }
  return requireSha256(CID.createV1(codec, Digest.create(SHA2_256, digest)))
}

function parse(text: string): CID {
  if (text.length > MAX_CID_CHARACTERS) throw new QuireError('ERR_CID_INVALID', 'This text is no CID.')
  let cid: CID
  try {
    cid = CID.parse(text, base58btc)
  } catch (cause) {
    throw new QuireError('ERR_CID_INVALID', 'This text is no CID.', { cause })
  }
  return requireSha256(cid)
}

function requireSha256(cid: CID): CID {
  const { code, digest } = cid.multihash
  const isSha256 = code === SHA2_256 && digest.byteLength === DIGEST_BYTES
  if (cid.version === 1 && isSha256) return new Base58Cid(cid.version, cid.code, cid.multihash, cid.bytes)
  throw new QuireError('ERR_CID_INVALID', 'Only CIDv1 with SHA-256 is understood.')
}
