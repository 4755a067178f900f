/** CommunityMessageArchiveLink: where a community’s newest index is. Source: status-go, protobuf/communities.proto. */
import { proto3, string, uint64 } from '../pb/proto3.ts'

export interface ArchiveLink {
  /** Milliseconds since 1970 when it was signed; the greater one is the newer. */
  readonly clockMs: number
  /** The index’s CID; of the older transport a magnet link. Empty where nothing was published. */
  readonly archiveLink: string
}

const link = proto3<ArchiveLink>({ clockMs: uint64(1), archiveLink: string(2) })

export function encodeArchiveLink(value: ArchiveLink): Uint8Array {
  return link.encode(value)
}

/** Errors: `ERR_MESSAGE_INVALID`. */
export function decodeArchiveLink(input: Uint8Array): ArchiveLink {
  return link.decode(input)
}
