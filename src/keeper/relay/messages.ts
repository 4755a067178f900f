/**
 * The messages of circuit relay v2, as far as a relay reads and writes them.
 *
 *   dialler ── HOP connect ──▶ relay ── STOP connect ──▶ who waits behind it
 *   who wants to wait ── HOP reserve ──▶ relay
 *
 * Source: libp2p specs, relay/circuit-v2.md.
 */
import type { PeerId } from '@libp2p/interface'
import { peerIdFromMultihash } from '@libp2p/peer-id'
import * as Digest from 'multiformats/hashes/digest'
import { bytes, message, optional, repeated, required, uint32, uint64 } from '../../codec/pb/schema.ts'
import type { RelayLimits } from '../relay-limits.ts'

export const HOP_PROTOCOL = '/libp2p/circuit/relay/0.2.0/hop'
export const STOP_PROTOCOL = '/libp2p/circuit/relay/0.2.0/stop'

export const STATUS = {
  ok: 100,
  reservationRefused: 200,
  resourceLimitExceeded: 201,
  permissionDenied: 202,
  connectionFailed: 203,
  noReservation: 204,
  malformedMessage: 400,
  unexpectedMessage: 401,
} as const

export type Status = (typeof STATUS)[keyof typeof STATUS]

/** A request names a peer and its addresses, which a relay has no use for. */
export const MAX_RELAY_MESSAGE_BYTES = 4096
/** Addresses of this relay in a reservation: a handful in practice. */
const MAX_ADDRESSES = 32

const HOP_RESERVE = 0
const HOP_CONNECT = 1
const HOP_STATUS = 2
const STOP_CONNECT = 0

/** Addresses of peers are skipped. */
const peer = message({ id: required(1, bytes) })
const limit = message({
  /** Seconds. */
  duration: required(1, uint32),
  data: required(2, uint64),
})
const reservation = message({
  /** Seconds since 1970. */
  expire: required(1, uint64),
  addrs: repeated(2, bytes, MAX_ADDRESSES),
  voucher: required(3, bytes),
})
const hopRequest = message({ type: required(1, uint32), peer: optional(2, peer) })
const hopReply = message({
  type: required(1, uint32),
  reservation: optional(3, reservation),
  limit: optional(4, limit),
  status: required(5, uint32),
})
const stopRequest = message({ type: required(1, uint32), peer: required(2, peer), limit: required(3, limit) })
const stopReply = message({ type: required(1, uint32), status: optional(4, uint32) })

export type HopRequest =
  | { readonly kind: 'reserve' }
  | { readonly kind: 'connect'; readonly peer: PeerId }
  | { readonly kind: 'wrong'; readonly status: Status }

export interface HopReply {
  readonly status: Status
  readonly limits?: RelayLimits
  readonly reservation?: {
    readonly expireSeconds: bigint
    /** Multiaddrs as bytes. */
    readonly addresses: readonly Uint8Array[]
    readonly voucher: Uint8Array
  }
}

/** What a peer asks of the relay; whatever cannot be read is `wrong`, with the status to say so. */
export function decodeHopRequest(input: Uint8Array): HopRequest {
  try {
    const { type, peer: target } = hopRequest.decode(input)
    if (type === HOP_RESERVE) return { kind: 'reserve' }
    if (type !== HOP_CONNECT) return { kind: 'wrong', status: STATUS.unexpectedMessage }
    if (target !== undefined) return { kind: 'connect', peer: peerIdFromMultihash(Digest.decode(target.id)) }
  } catch {
    // Broken protobuf, or bytes that are no peer id: the peer is told.
  }
  return { kind: 'wrong', status: STATUS.malformedMessage }
}

export function encodeHopReply({ status, limits, reservation: held }: HopReply): Uint8Array {
  return hopReply.encode({
    type: HOP_STATUS,
    reservation:
      held === undefined
        ? undefined
        : { expire: held.expireSeconds, addrs: held.addresses.slice(0, MAX_ADDRESSES), voucher: held.voucher },
    limit: limits === undefined ? undefined : limitOf(limits),
    status,
  })
}

/** Tells one who waits that `source` wants to reach it. */
export function encodeStopRequest(source: PeerId, limits: RelayLimits): Uint8Array {
  return stopRequest.encode({ type: STOP_CONNECT, peer: { id: source.toMultihash().bytes }, limit: limitOf(limits) })
}

/** The status that it answers with, undefined where it gives none. Errors: `ERR_MESSAGE_INVALID`. */
export function decodeStopReply(input: Uint8Array): number | undefined {
  return stopReply.decode(input).status
}

function limitOf({ circuitBytes, circuitDurationMs }: RelayLimits): { duration: number; data: bigint } {
  return { duration: Math.floor(circuitDurationMs / 1000), data: BigInt(circuitBytes) }
}
