/** The keeper’s identity: one secp256k1 key in its data folder (native nodes refuse other kinds). */
import { join } from 'node:path'
import { QuireError } from '../errors.ts'
import { generatePrivateKey, peerKeyOfPrivateKey } from '../network/peer-identity.ts'
import { readPrivateFile, writePrivateFile } from './private-file.ts'

const PEER_KEY_FILE = 'peer-key'

/**
 * The key of `dataDir/peer-key` (libp2p’s PrivateKey protobuf, mode 0600), made at the first start.
 *
 * A damaged file is never replaced: a new key would be a new identity, and every link that names this keeper would break.
 * Errors: `ERR_DATA_FOLDER_UNUSABLE`.
 */
export async function loadPeerKey(dataDir: string): Promise<Uint8Array> {
  const path = join(dataDir, PEER_KEY_FILE)
  const stored = await readPrivateFile(path)
  if (stored !== undefined) return requireKey(new Uint8Array(stored), path)
  const key = await generatePrivateKey()
  await writePrivateFile(path, key)
  return key
}

function requireKey(bytes: Uint8Array, path: string): Uint8Array {
  try {
    peerKeyOfPrivateKey(bytes)
    return bytes
  } catch (cause) {
    throw new QuireError('ERR_DATA_FOLDER_UNUSABLE', `The file ${path} holds no secp256k1 peer key.`, { cause })
  }
}
