/**
 * Control messages of the block exchange: who wants which blocks, and who has which.
 *
 *   want list entry: “which of `rangeCount` blocks from `address.index` do you have?” (0 = that one block)
 *   presence:        “of that tree I have these ranges”, with the asker’s `downloadId` echoed
 *
 * 64-bit fields are bigint: a peer’s download id uses all 64 bits and must come back unchanged.
 */
import type { CID } from 'multiformats/cid'
import { invalid } from './binary.ts'
import { decodeCid } from './cid.ts'
import { decodeWireMessage, encodeWireMessage, type WireMessage } from './pb/block-exchange.ts'

/** The only want type of generation C. */
export const WANT_HAVE = 0

export interface BlockAddress {
  /** Normally a tree CID; any CIDv1 with SHA-256 decodes. */
  readonly treeCid: CID
  readonly index: bigint
}

export interface WantListEntry {
  readonly address: BlockAddress
  readonly priority: number
  readonly cancel: boolean
  readonly wantType: number
  readonly sendDontHave: boolean
  /** Blocks asked for from `address.index` on; 0 means that block alone. */
  readonly rangeCount: bigint
  readonly downloadId: bigint
}

export interface IndexRange {
  readonly start: bigint
  readonly count: bigint
}

export type PresenceKind = 'dont-have' | 'have-range' | 'complete'

export interface BlockPresence {
  readonly address: BlockAddress
  readonly kind: PresenceKind
  /** Absolute indices. */
  readonly ranges: readonly IndexRange[]
  readonly downloadId: bigint
}

export interface Message {
  readonly wantList: { readonly entries: readonly WantListEntry[]; readonly full: boolean }
  readonly blockPresences: readonly BlockPresence[]
}

/** The position of a kind is its number on the wire; before 2026 the numbers were the other way round. */
const KINDS: readonly PresenceKind[] = ['dont-have', 'have-range', 'complete']

/** Errors: `ERR_MESSAGE_INVALID` (more than 1024 entries or presences, too many ranges). */
export function encodeMessage(message: Message): Uint8Array {
  return encodeWireMessage({
    wantList: {
      entries: message.wantList.entries.map((entry) => ({ ...entry, address: encodeAddress(entry.address) })),
      full: message.wantList.full,
    },
    blockPresences: message.blockPresences.map((presence) => ({
      address: encodeAddress(presence.address),
      kind: KINDS.indexOf(presence.kind),
      ranges: [...presence.ranges],
      downloadId: presence.downloadId,
    })),
  })
}

/**
 * A control message of a peer.
 *
 * Errors: `ERR_MESSAGE_INVALID` for anything that does not decode: also a bad CID, an unknown presence kind, a missing
 * field, more than 1024 entries or presences. An empty message is four bytes, so no bytes are an error.
 */
export function decodeMessage(bytes: Uint8Array): Message {
  const wire = decodeWireMessage(bytes)
  return {
    wantList: {
      entries: wire.wantList.entries.map((entry) => ({ ...entry, address: decodeAddress(entry.address) })),
      full: wire.wantList.full,
    },
    blockPresences: wire.blockPresences.map((presence) => ({
      ...presence,
      address: decodeAddress(presence.address),
      kind: decodeKind(presence.kind),
    })),
  }
}

type WireAddress = WireMessage['blockPresences'][number]['address']

function encodeAddress(address: BlockAddress): WireAddress {
  return { treeCid: address.treeCid.bytes, index: address.index }
}

function decodeAddress(wire: WireAddress): BlockAddress {
  return { treeCid: decodeMessageCid(wire.treeCid), index: wire.index }
}

function decodeKind(kind: number): PresenceKind {
  const name = KINDS[kind]
  if (name === undefined) throw invalid(`The presence kind ${kind} is unknown.`)
  return name
}

/** A CID inside a message; one that does not decode makes the whole message invalid. */
export function decodeMessageCid(bytes: Uint8Array): CID {
  try {
    return decodeCid(bytes)
  } catch (cause) {
    throw invalid('A CID in the message is not valid.', cause)
  }
}
