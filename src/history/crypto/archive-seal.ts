/**
 * Archives and indexes of encrypted communities: wrapped whole as a ProtocolMessage under the community’s group key.
 *
 * Status tells sealed from plain by trying to decode. Here the structure decides: a sealed one has a field 101 with a
 * hash-ratchet header at its top level, which neither an archive nor an index has.
 */
import {
  decodeProtocolMessage,
  type EncryptedPayload,
  encodeProtocolMessage,
} from '../../codec/history/protocol-message.ts'
import { QuireError } from '../../errors.ts'
import { type GroupKey, RatchetOpener, sealWithGroupKey } from './hash-ratchet.ts'
import type { GroupKeys } from './hash-ratchet.ts'

/** The receiver that stands for a whole group. */
const GROUP = 'none'
/** Messages and archives count up one position, so that of a long history the newest archives are far along. */
const MAX_ARCHIVE_JUMP = 1_000_000
/** Positions are walked to once: the next archive begins where the last one was. */
const openers = new WeakMap<GroupKeys, RatchetOpener>()

/** Never the same bytes twice: the nonce is random. */
export async function sealArchive(plain: Uint8Array, group: GroupKey, seqNo: number): Promise<Uint8Array> {
  return wrapForGroup(await sealWithGroupKey(plain, group, seqNo))
}

/** The plain bytes of an archive or index; `bytes` itself where it is not sealed. */
export async function unsealArchive(bytes: Uint8Array, keys: GroupKeys): Promise<Uint8Array> {
  const sealed = readSeal(bytes)
  if (sealed === undefined) return bytes
  const unsealed = await archiveOpener(keys).open(sealed)
  if (unsealed.kind === 'plain') return unsealed.bytes
  if (unsealed.kind === 'damaged')
    throw new QuireError('ERR_ARCHIVE_INVALID', 'It does not open with the key that it names.')
  throw new QuireError('ERR_GROUP_KEY_MISSING', `It is sealed with the key ${unsealed.keyId}, which is not held.`, {
    details: { keyId: unsealed.keyId },
  })
}

/** Opens what archives hold; the same one for the same keys. */
export function archiveOpener(keys: GroupKeys): RatchetOpener {
  const opener = openers.get(keys) ?? new RatchetOpener(keys, { maxJump: MAX_ARCHIVE_JUMP })
  openers.set(keys, opener)
  return opener
}

/** What is sealed for a group inside a ProtocolMessage; undefined for everything else. */
export function readSeal(bytes: Uint8Array): EncryptedPayload | undefined {
  try {
    const sealed = decodeProtocolMessage(bytes).encryptedMessages.get(GROUP)
    return sealed?.hashRatchet === undefined ? undefined : sealed
  } catch {
    // Not an error: whatever is no ProtocolMessage is not sealed.
    return undefined
  }
}

export function wrapForGroup(sealed: EncryptedPayload): Uint8Array {
  return encodeProtocolMessage({ encryptedMessages: new Map([[GROUP, sealed]]) })
}
