/**
 * A relay’s signed word that a peer may wait behind it.
 *
 * Source: libp2p specs, relay/circuit-v2.md (“Reservation Vouchers”) and RFC/0002-signed-envelopes.md.
 */
import { publicKeyToProtobuf } from '@libp2p/crypto/keys'
import type { PeerId, PrivateKey } from '@libp2p/interface'
import { bytes, message, required, uint64 } from '../../codec/pb/schema.ts'

const voucher = message({ relay: required(1, bytes), peer: required(2, bytes), expiration: required(3, uint64) })

const envelope = message({
  publicKey: required(1, bytes),
  payloadType: required(2, bytes),
  payload: required(3, bytes),
  signature: required(5, bytes),
})

const DOMAIN = new TextEncoder().encode('libp2p-relay-rsvp')
const PAYLOAD_TYPE = Uint8Array.of(0x03, 0x02)
/** The length that one byte of a varint can say; all three signed parts stay below it. */
const MAX_PART_BYTES = 127

export interface VoucherIssuer {
  readonly peerId: PeerId
  readonly privateKey: PrivateKey
}

/** `expireSeconds` since 1970. */
export async function sealVoucher(relay: VoucherIssuer, peer: PeerId, expireSeconds: bigint): Promise<Uint8Array> {
  const { peerId, privateKey } = relay
  const payload = voucher.encode({
    relay: peerId.toMultihash().bytes,
    peer: peer.toMultihash().bytes,
    expiration: expireSeconds,
  })
  const signature = await privateKey.sign(Buffer.concat([DOMAIN, PAYLOAD_TYPE, payload].flatMap(withLength)))
  const publicKey = publicKeyToProtobuf(privateKey.publicKey)
  return envelope.encode({ publicKey, payloadType: PAYLOAD_TYPE, payload, signature })
}

function withLength(part: Uint8Array): Uint8Array[] {
  if (part.byteLength > MAX_PART_BYTES) throw new RangeError(`A part of a voucher has ${part.byteLength} bytes.`)
  return [Uint8Array.of(part.byteLength), part]
}
