/**
 * The three encodings of a manifest, field by field: an outer message whose field 1 holds the header message.
 *
 * Sources: logos-storage-nim, manifest/coders.nim of December 2025 (generation A), January to April 2026 (B) and after
 * PR #1411 (C). Names are bytes here: a native node does not check that they are UTF-8.
 */
import { invalid } from '../binary.ts'
import { BYTES, ProtoReader, VARINT } from './reader.ts'
import { bytes, message, optional, required, uint32, uint64 } from './schema.ts'

const wrapper = message({ header: required(1, bytes) })

const currentHeader = message({
  manifestVersion: required(1, uint32),
  treeCid: required(2, bytes),
  blockSize: required(3, uint32),
  datasetSize: required(4, uint64),
  codec: required(5, uint32),
  hcodec: required(6, uint32),
  cidVersion: required(7, uint32),
  filename: optional(8, bytes),
  mimetype: optional(9, bytes),
})

/** Generations A and B share fields 1 to 6; what 7, 8 and 9 mean tells them apart (`manifest.ts`). */
const legacyHeader = message({
  treeCid: required(1, bytes),
  blockSize: required(2, uint32),
  datasetSize: required(3, uint64),
  codec: required(4, uint32),
  hcodec: required(5, uint32),
  cidVersion: required(6, uint32),
  field7: optional(7, bytes),
  field8: optional(8, bytes),
  field9: optional(9, bytes),
})

/** Generation A’s description of an erasure-coded dataset; fields 5 and 6 are of no use here. */
const erasureInfo = message({
  ecK: required(1, uint32),
  ecM: required(2, uint32),
  originalTreeCid: required(3, bytes),
  originalDatasetSize: required(4, uint64),
})

export type CurrentHeader = ReturnType<typeof currentHeader.decode>
export type LegacyHeader = ReturnType<typeof legacyHeader.decode>
export type WireHeader =
  | { readonly isLegacy: false; readonly header: CurrentHeader }
  | { readonly isLegacy: true; readonly header: LegacyHeader }

export function encodeCurrentHeader(header: CurrentHeader): Uint8Array {
  return wrapper.encode({ header: currentHeader.encode(header) })
}

/** The manifest version that generation C bytes carry; undefined for a legacy manifest. Errors: `ERR_MESSAGE_INVALID`. */
export function readManifestVersion(block: Uint8Array): number | undefined {
  const reader = new ProtoReader(wrapper.decode(block).header, { elements: 0 })
  while (!reader.done) {
    const tag = reader.tag()
    if (tag.number === 1 && tag.wire === VARINT) return reader.uint32()
    if (tag.number === 1 && tag.wire === BYTES) return undefined
    reader.skip(tag.wire)
  }
  throw invalid('The header has neither a version nor a tree.')
}

/** Generation C where field 1 is a number, A or B where it is the tree CID. Errors: `ERR_MESSAGE_INVALID`. */
export function decodeHeader(block: Uint8Array): WireHeader {
  const isLegacy = readManifestVersion(block) === undefined
  const { header } = wrapper.decode(block)
  return isLegacy
    ? { isLegacy, header: legacyHeader.decode(header) }
    : { isLegacy, header: currentHeader.decode(header) }
}

/** The tree CID of the data before erasure coding, or undefined where `field` is no erasure description. */
export function readErasureInfo(field: Uint8Array): Uint8Array | undefined {
  try {
    return erasureInfo.decode(field).originalTreeCid
  } catch {
    // Not an error: the same field number is the file name in generation B.
    return undefined
  }
}
