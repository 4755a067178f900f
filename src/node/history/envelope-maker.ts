/**
 * Everything that this device signs for a community, as envelopes that travel.
 *
 *   body, link or description ──▶ message/sign-message ──▶ for all, or sealed with the group key ──▶ message/envelope
 */
import type { ArchiveLink } from '../../codec/history/archive-link.ts'
import type { CommunityDescription } from '../../codec/history/community-description.ts'
import { QuireError } from '../../errors.ts'
import { sealArchive } from '../../history/crypto/archive-seal.ts'
import type { GroupKey } from '../../history/crypto/hash-ratchet.ts'
import { type KeyPair, loadSecp256k1 } from '../../history/crypto/secp256k1.ts'
import type { CommunityId } from '../../history/ids.ts'
import type { GroupKeyRing } from '../../history/keys/group-key-ring.ts'
import { sealEnvelopes } from '../../history/message/envelope.ts'
import type { MessageBody } from '../../history/message/opened-message.ts'
import {
  signArchiveLink,
  signDescription,
  type SignedMessage,
  signMessage,
  transportPayload,
} from '../../history/message/sign-message.ts'
import { MAX_DESCRIPTION_BYTES } from './describe-community.ts'

interface EnvelopeMakerComponents {
  readonly groupKeys: Pick<GroupKeyRing, 'takeSeqNo'>
  readonly nowMs: () => number
}

export interface SealedMessage {
  readonly signed: SignedMessage
  /** One, or several where it is large. */
  readonly envelopes: readonly Uint8Array[]
}

export class EnvelopeMaker {
  readonly #groupKeys: Pick<GroupKeyRing, 'takeSeqNo'>
  readonly #nowMs: () => number

  constructor({ groupKeys, nowMs }: EnvelopeMakerComponents) {
    this.#groupKeys = groupKeys
    this.#nowMs = nowMs
  }

  /** `group` is the key of an encrypted community. */
  async message(
    community: CommunityId,
    { body, signer, group }: { body: MessageBody; signer: KeyPair; group?: GroupKey | undefined },
  ): Promise<SealedMessage> {
    const curve = await loadSecp256k1()
    const signed = signMessage(curve, body, signer)
    const sealing =
      group === undefined ? undefined : { key: group, seqNo: await this.#groupKeys.takeSeqNo(group.keyId) }
    const payload = await transportPayload(signed, sealing)
    return { signed, envelopes: await sealEnvelopes(curve, payload, { community, signer, atMs: this.#nowMs() }) }
  }

  async link(community: CommunityId, link: ArchiveLink, signer: KeyPair): Promise<Uint8Array> {
    const signed = signArchiveLink(await loadSecp256k1(), link, signer)
    const [envelope] = await this.#seal(community, signed, signer)
    if (envelope !== undefined) return envelope
    throw new QuireError('ERR_UNKNOWN', 'The link was not sealed.')
  }

  /** One envelope, or several where it is large; for all to read. Errors: `ERR_OPTION_INVALID` (too large for members). */
  async description(
    community: CommunityId,
    description: CommunityDescription,
    signer: KeyPair,
  ): Promise<readonly Uint8Array[]> {
    const signed = signDescription(await loadSecp256k1(), description, signer)
    if (signed.bodyBytes.byteLength > MAX_DESCRIPTION_BYTES) throw tooLarge(signed.bodyBytes.byteLength)
    return this.#seal(community, signed, signer)
  }

  /** An archive or index of an encrypted community. */
  async archive(bytes: Uint8Array, group: GroupKey): Promise<Uint8Array> {
    return sealArchive(bytes, group, await this.#groupKeys.takeSeqNo(group.keyId))
  }

  /** For all to read. */
  async #seal(community: CommunityId, signed: SignedMessage, signer: KeyPair): Promise<Uint8Array[]> {
    const options = { community, signer, atMs: this.#nowMs() }
    return sealEnvelopes(await loadSecp256k1(), await transportPayload(signed), options)
  }
}

function tooLarge(sizeBytes: number): QuireError {
  const message = 'The community has more channels and texts than its description holds. Shorten names and topics.'
  return new QuireError('ERR_OPTION_INVALID', message, { details: { sizeBytes, maxBytes: MAX_DESCRIPTION_BYTES } })
}
