/**
 * The control messages of `/storage/blockexc/1.0.0`, field by field.
 *
 * Source: logos-storage-nim after PR #1411 (blockexchange/protobuf/message.nim) and its golden wire tests. Every scalar
 * is a plain varint and is written even when it is zero; every field is required.
 */
import { bool, bytes, int32, message, repeated, required, uint32, uint64 } from './schema.ts'

/** Source: logos-storage-nim PR #1447, per message. */
const MAX_WANT_LIST_ENTRIES = 1024
/** Source: the same. */
const MAX_BLOCK_PRESENCES = 1024
/**
 * Ranges in one presence. An honest answer looks at 16384 blocks, so it has at most 8192 runs; upstream names no cap, but
 * a 16 MiB message could hold millions, each a hundred times its bytes once decoded.
 */
export const MAX_RANGES = 16384
/** Repeated elements of a message in all: full lists, and as many ranges as four whole answers. */
const MAX_ELEMENTS = MAX_WANT_LIST_ENTRIES + MAX_BLOCK_PRESENCES + 4 * MAX_RANGES

const blockAddress = message({
  treeCid: required(1, bytes),
  index: required(2, uint64),
})

const wantListEntry = message({
  address: required(1, blockAddress),
  priority: required(2, int32),
  cancel: required(3, bool),
  wantType: required(4, uint32),
  sendDontHave: required(5, bool),
  rangeCount: required(6, uint64),
  downloadId: required(7, uint64),
})

const wantList = message({
  entries: repeated(1, wantListEntry, MAX_WANT_LIST_ENTRIES),
  full: required(2, bool),
})

const indexRange = message({
  start: required(1, uint64),
  count: required(2, uint64),
})

const blockPresence = message({
  address: required(1, blockAddress),
  kind: required(2, uint32),
  ranges: repeated(3, indexRange, MAX_RANGES),
  downloadId: required(4, uint64),
})

// Numbers 2, 3, 5, 6 and 7 are retired: payload and payment fields of older generations.
const wireMessage = message({
  wantList: required(1, wantList),
  blockPresences: repeated(4, blockPresence, MAX_BLOCK_PRESENCES),
})

export type WireMessage = ReturnType<typeof wireMessage.decode>

export function encodeWireMessage(value: WireMessage): Uint8Array {
  return wireMessage.encode(value)
}

/** Errors: `ERR_MESSAGE_INVALID`. */
export function decodeWireMessage(input: Uint8Array): WireMessage {
  return wireMessage.decode(input, MAX_ELEMENTS)
}
