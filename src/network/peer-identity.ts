/** Who this node is: one secp256k1 key (native nodes refuse other kinds), kept by whoever starts the node. */
import { generateKeyPair, privateKeyFromProtobuf, privateKeyToProtobuf } from '@libp2p/crypto/keys'
import type { PeerId, Secp256k1PrivateKey } from '@libp2p/interface'
import { peerIdFromPrivateKey, peerIdFromString } from '@libp2p/peer-id'
import type { PeerKey } from '../codec/peer-key.ts'
import { QuireError } from '../errors.ts'

/** A new private key, in libp2p’s PrivateKey protobuf (36 bytes). */
export async function generatePrivateKey(): Promise<Uint8Array> {
  return privateKeyToProtobuf(await generateKeyPair('secp256k1'))
}

/** The key that `generatePrivateKey` made. Errors: `ERR_PEER_KEY_INVALID` (damaged, or another kind of key). */
export function importPrivateKey(bytes: Uint8Array): Secp256k1PrivateKey {
  let cause: unknown
  try {
    const key = privateKeyFromProtobuf(bytes)
    if (key.type === 'secp256k1') return key
  } catch (error) {
    cause = error
  }
  throw new QuireError('ERR_PEER_KEY_INVALID', 'The stored peer key is no secp256k1 key.', { cause })
}

/** The peer id that belongs to a private key, “16Uiu2HAm…”. Errors: `ERR_PEER_KEY_INVALID`. */
export function peerKeyOfPrivateKey(bytes: Uint8Array): PeerKey {
  return peerKeyOf(peerIdFromPrivateKey(importPrivateKey(bytes)))
}

/** The text of a peer id. */
export function peerKeyOf(peerId: PeerId): PeerKey {
  // The one place where the brand is given: libp2p has checked the id.
  return peerId.toString() as PeerKey
}

/** The peer id that a text means, or undefined where it means none: the parser of addresses takes any text after `/p2p/`. */
export function parsePeerKey(text: string): PeerKey | undefined {
  try {
    return peerKeyOf(peerIdFromString(text))
  } catch {
    // No peer id: the caller drops it.
    return undefined
  }
}
