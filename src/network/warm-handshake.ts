import { generateKeyPair } from '@libp2p/crypto/keys'
import { pureJsCrypto } from '@libp2p/noise'

/**
 * Computes what the handshake of a connection does, with keys that are thrown away.
 *
 * The first time costs up to half a second of a busy machine (tables of curve points, code that no engine has compiled yet),
 * later ones some milliseconds: a node that will have to connect at once has done it before.
 */
export async function warmHandshake(): Promise<void> {
  const { publicKey, privateKey } = pureJsCrypto.generateX25519KeyPair()
  const secret = pureJsCrypto.generateX25519SharedKey(privateKey, publicKey)
  const [key] = pureJsCrypto.getHKDF(secret.subarray(), secret)
  const nonce = new Uint8Array(12)
  const sealed = pureJsCrypto.chaCha20Poly1305Encrypt(secret, nonce, nonce, key)
  pureJsCrypto.chaCha20Poly1305Decrypt(sealed, nonce, nonce, key)
  const identity = await generateKeyPair('secp256k1')
  await identity.publicKey.verify(nonce, await identity.sign(nonce))
}
