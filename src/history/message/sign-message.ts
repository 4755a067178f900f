/**
 * From a body to what travels and what archives keep.
 *
 *   body ─ sign ─▶ ApplicationMetadataMessage ─ public, or sealed for a group ─▶ ProtocolMessage
 *        ─ segments where it is large ─▶ envelopes, encrypted with the universal chat’s key
 *        ─▶ or, for imports, an archived message of the community
 */
import { encodeApplicationMetadata, MESSAGE_TYPE } from '../../codec/history/application-metadata.ts'
import { type ArchiveLink, encodeArchiveLink } from '../../codec/history/archive-link.ts'
import { type CommunityDescription, encodeCommunityDescription } from '../../codec/history/community-description.ts'
import { encodeProtocolMessage } from '../../codec/history/protocol-message.ts'
import type { WakuMessage } from '../../codec/history/waku.ts'
import { wrapForGroup } from '../crypto/archive-seal.ts'
import { type GroupKey, sealWithGroupKey } from '../crypto/hash-ratchet.ts'
import { keccak256 } from '../crypto/keccak.ts'
import type { Curve, KeyPair } from '../crypto/secp256k1.ts'
import { topicOf, universalChatId } from '../crypto/topics.ts'
import type { CommunityId, MessageId } from '../ids.ts'
import { messageIdOf } from './message-id.ts'
import type { MessageBody } from './opened-message.ts'
import { bodyType, encodeBody } from './read-body.ts'

export interface SignedMessage {
  readonly id: MessageId
  readonly signer: KeyPair
  /** The encoded ApplicationMetadataMessage. */
  readonly bytes: Uint8Array
  /** The encoded body. */
  readonly bodyBytes: Uint8Array
}

const IMPORT_PADDING = Uint8Array.of(1)
const MS = 1000
const encoder = new TextEncoder()

export function signMessage(curve: Curve, body: MessageBody, signer: KeyPair): SignedMessage {
  return sign(curve, { type: bodyType(body), payload: encodeBody(body) }, signer)
}

/** `signer` is the community. */
export function signArchiveLink(curve: Curve, link: ArchiveLink, signer: KeyPair): SignedMessage {
  return sign(curve, { type: MESSAGE_TYPE.archiveLink, payload: encodeArchiveLink(link) }, signer)
}

/** `signer` is the community. */
export function signDescription(curve: Curve, description: CommunityDescription, signer: KeyPair): SignedMessage {
  const payload = encodeCommunityDescription(description)
  return sign(curve, { type: MESSAGE_TYPE.communityDescription, payload }, signer)
}

/** What an envelope carries: the signed message, for everybody or for those who hold a group key. */
export async function transportPayload(
  signed: SignedMessage,
  group?: { readonly key: GroupKey; readonly seqNo: number },
): Promise<Uint8Array> {
  if (group === undefined) return encodeProtocolMessage({ publicMessage: signed.bytes })
  return wrapForGroup(await sealWithGroupKey(signed.bytes, group.key, group.seqNo))
}

/**
 * A message as archives keep it that never travelled: an import, signed by the community. Its hash is made from its id, so
 * that importing the same twice gives the same.
 */
export function importedWakuMessage(
  signed: SignedMessage,
  { community, atMs }: { readonly community: CommunityId; readonly atMs: number },
): WakuMessage {
  return {
    sig: signed.signer.publicKey,
    timestampSeconds: Math.floor(atMs / MS),
    topic: topicOf(universalChatId(community)),
    payload: signed.bytes,
    padding: IMPORT_PADDING,
    hash: keccak256(encoder.encode(signed.id)),
    thirdPartyId: signed.id,
  }
}

function sign(
  curve: Curve,
  { type, payload }: { readonly type: number; readonly payload: Uint8Array },
  signer: KeyPair,
): SignedMessage {
  const signature = curve.signRecoverable(keccak256(payload), signer.secret)
  const bytes = encodeApplicationMetadata({ signature, payload, type })
  return { id: messageIdOf(signer.publicKey, bytes), signer, bytes, bodyBytes: payload }
}
