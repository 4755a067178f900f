import { generateKeyPair, privateKeyToProtobuf } from '@libp2p/crypto/keys'
import { describe, expect, it } from 'vitest'
import { generatePrivateKey, importPrivateKey, peerKeyOfPrivateKey } from './peer-identity.ts'

describe('peer identity', () => {
  it('makes secp256k1 keys, whose ids start with 16Uiu2HA', async () => {
    const bytes = await generatePrivateKey()

    expect(importPrivateKey(bytes).type).toBe('secp256k1')
    expect(peerKeyOfPrivateKey(bytes)).toMatch(/^16Uiu2HA[1-9A-HJ-NP-Za-km-z]{45}$/)
    expect(peerKeyOfPrivateKey(bytes)).toBe(peerKeyOfPrivateKey(Uint8Array.from(bytes)))
  })

  it('reads the key of the libp2p specification, and finds its public key', () => {
    // Source: libp2p specs, peer-ids/peer-ids.md, test vectors for secp256k1.
    const privateKey = '0802122053DADF1D5A164D6B4ACDB15E24AA4C5B1D3461BDBD42ABEDB0A4404D56CED8FB'
    const publicKey = '08021221037777e994e452c21604f91de093ce415f5432f701dd8cd1a7a6fea0e630bfca99'

    const key = importPrivateKey(Uint8Array.from(Buffer.from(privateKey, 'hex')))

    expect(Buffer.from(key.publicKey.raw).toString('hex')).toBe(publicKey.slice(8))
  })

  it('refuses damaged keys and keys of another kind', async () => {
    const ed25519 = privateKeyToProtobuf(await generateKeyPair('Ed25519'))
    for (const bytes of [new Uint8Array(0), new Uint8Array(36), Uint8Array.of(8, 2, 18, 200), ed25519]) {
      expect(() => importPrivateKey(bytes)).toThrow(expect.objectContaining({ code: 'ERR_PEER_KEY_INVALID' }))
    }
  })
})
