/** SegmentMessage: a part of a message that was too large for one envelope. Source: status-go, segment_message.proto. */
import { type Init, bytes, proto3, uint32 } from '../pb/proto3.ts'

export interface SegmentMessage {
  /** Keccak-256 of the whole, 32 bytes. */
  readonly entireMessageHash: Uint8Array
  readonly index: number
  /** 0 in a parity segment. */
  readonly segmentsCount: number
  readonly payload: Uint8Array
  readonly parityIndex: number
  readonly parityCount: number
}

const segment = proto3<SegmentMessage>({
  entireMessageHash: bytes(1),
  index: uint32(2),
  segmentsCount: uint32(3),
  payload: bytes(4),
  parityIndex: uint32(5),
  parityCount: uint32(6),
})

export function encodeSegment(value: Init<SegmentMessage>): Uint8Array {
  return segment.encode(value)
}

/** Byte fields are views of the input. Errors: `ERR_MESSAGE_INVALID`. */
export function decodeSegment(input: Uint8Array): SegmentMessage {
  return segment.decode(input)
}
