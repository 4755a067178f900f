import { generateKeyPair, publicKeyFromProtobuf } from '@libp2p/crypto/keys'
import { peerIdFromPrivateKey } from '@libp2p/peer-id'
import { describe, expect, it } from 'vitest'
import { ProtoReader } from '../../codec/pb/reader.ts'
import { sealVoucher } from './voucher.ts'

/** The fields of a protobuf message, by number: bytes, or a number. */
function fieldsOf(input: Uint8Array): Map<number, Uint8Array | bigint> {
  const reader = new ProtoReader(input, { elements: 10 })
  const fields = new Map<number, Uint8Array | bigint>()
  while (!reader.done) {
    const { number, wire } = reader.tag()
    fields.set(number, wire === 2 ? reader.bytes() : reader.uint64())
  }
  return fields
}

function bytesOf(fields: Map<number, Uint8Array | bigint>, number: number): Uint8Array {
  const value = fields.get(number)
  if (value instanceof Uint8Array) return value
  throw new Error(`field ${number} holds no bytes`)
}

describe('a voucher', () => {
  it('is an envelope that the relay has signed over its domain, its type and who may wait until when', async () => {
    const privateKey = await generateKeyPair('secp256k1')
    const relay = { privateKey, peerId: peerIdFromPrivateKey(privateKey) }
    const holder = peerIdFromPrivateKey(await generateKeyPair('Ed25519'))

    const envelope = fieldsOf(await sealVoucher(relay, holder, 1_900_000_000n))

    const payload = bytesOf(envelope, 3)
    expect([...fieldsOf(payload)]).toEqual([
      [1, relay.peerId.toMultihash().bytes],
      [2, holder.toMultihash().bytes],
      [3, 1_900_000_000n],
    ])
    expect(bytesOf(envelope, 2)).toEqual(Uint8Array.of(3, 2))
    const signed = Buffer.concat([
      Buffer.from('\x11libp2p-relay-rsvp\x02\x03\x02'),
      Buffer.from([payload.byteLength]),
      Buffer.from(payload),
    ])
    const key = publicKeyFromProtobuf(bytesOf(envelope, 1))
    expect(key.equals(privateKey.publicKey)).toBe(true)
    expect(await key.verify(signed, bytesOf(envelope, 5))).toBe(true)
    expect(await key.verify(Buffer.concat([signed, Buffer.from('x')]), bytesOf(envelope, 5))).toBe(false)
  })
})
