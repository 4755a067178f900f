/**
 * Opens messages of a community, one after the other, whatever they came in.
 *
 *   transport payload ─ part of a larger one? ─▶ segments … whole
 *                     ─ ProtocolMessage: public, or sealed with a group key ─▶ ApplicationMetadataMessage
 *                     ─ signature ─▶ author ─ type, validity ─▶ message, link, description, or why not
 *
 * What is not encrypted is opened without waiting: an archive has a hundred thousand of them.
 */
import {
  type ApplicationMetadata,
  decodeApplicationMetadata,
  MESSAGE_TYPE,
} from '../../codec/history/application-metadata.ts'
import { decodeArchiveLink } from '../../codec/history/archive-link.ts'
import { decodeCommunityDescription } from '../../codec/history/community-description.ts'
import { decodeProtocolMessage, type EncryptedPayload } from '../../codec/history/protocol-message.ts'
import type { WakuMessage } from '../../codec/history/waku.ts'
import { sameBytes } from '../../codec/same-bytes.ts'
import { isQuireError } from '../../errors.ts'
import { AuthorTexts } from '../crypto/author-texts.ts'
import { RatchetOpener } from '../crypto/hash-ratchet.ts'
import { toHex } from '../crypto/hex.ts'
import { keccak256 } from '../crypto/keccak.ts'
import { communityKeyOf, type Curve } from '../crypto/secp256k1.ts'
import { isMessageId, messageIdOf, referencedId } from './message-id.ts'
import type { IgnoredReason, MessagePart, OpenContext, OpenOutcome } from './opening.ts'
import { bodyFacts, decodeBody } from './read-body.ts'
import { isSegment, partOf, SegmentStore } from './segments.ts'
import { channelOf, shownAtMs, whyIgnored } from './validate.ts'

const GROUP = 'none'
const MS = 1000
/** Tag of field 1 with bytes, and the length of a signature: how a message without a ProtocolMessage around it begins. */
const FIELD_1_BYTES = 0x0a
const SIGNATURE_BYTES = 65

/** Where and when a payload was found. */
type Origin = Pick<WakuMessage, 'sig' | 'thirdPartyId' | 'timestampSeconds'>

type Unwrapped =
  | { readonly kind: 'plain'; readonly bytes: Uint8Array }
  | { readonly kind: 'sealed'; readonly sealed: EncryptedPayload }

export class MessageOpener {
  readonly #curve: Curve
  readonly #context: OpenContext
  readonly #communityKey: Uint8Array
  readonly #ratchets: RatchetOpener
  readonly #segments = new SegmentStore()
  readonly #authors = new AuthorTexts()

  /** Errors: `ERR_COMMUNITY_LINK_INVALID`. */
  constructor(curve: Curve, context: OpenContext, ratchets = new RatchetOpener(context.keys)) {
    this.#curve = curve
    this.#context = context
    this.#communityKey = communityKeyOf(curve, context.community)
    this.#ratchets = ratchets
  }

  /** Messages of which parts are still missing. */
  get incompleteSegments(): number {
    return this.#segments.size
  }

  /** Never throws for what the message holds. */
  async open(message: WakuMessage): Promise<OpenOutcome> {
    return this.openNow(message)
  }

  /** The same; a promise only where something has to be decrypted. */
  openNow(message: WakuMessage): OpenOutcome | Promise<OpenOutcome> {
    return isSegment(message.payload) ? this.#openPart(message) : this.#openWhole(message.payload, message)
  }

  #openPart(message: WakuMessage): OpenOutcome | Promise<OpenOutcome> {
    const found = partOf(message.payload)
    const whole = this.#segments.add(message.payload, message.sig)
    if (found === undefined) return this.#openWhole(message.payload, message)
    const part = {
      whole: `${found.hash}${toHex(message.sig)}`,
      number: found.number,
      isByCommunity: sameBytes(message.sig, this.#communityKey),
    }
    if (whole === undefined) return { kind: 'segment', part }
    const outcome = this.#openWhole(whole, message)
    return outcome instanceof Promise ? outcome.then((one) => withPart(one, part)) : withPart(outcome, part)
  }

  #openWhole(payload: Uint8Array, origin: Origin): OpenOutcome | Promise<OpenOutcome> {
    const unwrapped = unwrap(payload)
    if (unwrapped.kind === 'plain') return this.#openSigned(unwrapped.bytes, origin)
    return this.#openSealed(unwrapped.sealed, origin)
  }

  async #openSealed(sealed: EncryptedPayload, origin: Origin): Promise<OpenOutcome> {
    const unsealed = await this.#ratchets.open(sealed)
    if (unsealed.kind === 'plain') return this.#openSigned(unsealed.bytes, origin)
    return unsealed.kind === 'missing-key' ? unsealed : ignored('not-decodable')
  }

  #openSigned(bytes: Uint8Array, origin: Origin): OpenOutcome {
    try {
      const metadata = decodeApplicationMetadata(bytes)
      if (metadata.signature.byteLength === 0) return ignored('not-signed')
      const author = this.#curve.recover(keccak256(metadata.payload), metadata.signature)
      return author === undefined ? ignored('not-signed') : this.#openBody({ bytes, metadata, author }, origin)
    } catch (error) {
      if (!isQuireError(error)) throw error
      return ignored('not-decodable')
    }
  }

  #openBody(
    signed: { readonly bytes: Uint8Array; readonly metadata: ApplicationMetadata; readonly author: Uint8Array },
    origin: Origin,
  ): OpenOutcome {
    const { type, payload } = signed.metadata
    const isByCommunity = sameBytes(signed.author, this.#communityKey)
    if (type === MESSAGE_TYPE.archiveLink) {
      if (!isByCommunity) return ignored('wrong-signer')
      return { kind: 'link', link: decodeArchiveLink(payload), atMs: origin.timestampSeconds * MS }
    }
    if (type === MESSAGE_TYPE.communityDescription) {
      if (!isByCommunity) return ignored('wrong-signer')
      return { kind: 'description', description: decodeCommunityDescription(payload), bytes: payload }
    }
    const body = decodeBody(type, payload)
    if (body === undefined) return ignored('unknown-type')
    const sentAtMs = origin.timestampSeconds * MS
    const signedBy = isByCommunity ? 'community' : 'author'
    const reason = whyIgnored(body, { community: this.#context.community, signedBy, sentAtMs })
    const { clockMs, chatId } = bodyFacts(body)
    const channelId = channelOf(chatId, this.#context.community)
    if (reason !== undefined || channelId === undefined) return ignored(reason ?? 'wrong-channel')
    return {
      kind: 'message',
      message: {
        id: isNamedElsewhere(origin, isByCommunity)
          ? referencedId(origin.thirdPartyId)
          : messageIdOf(signed.author, signed.bytes),
        author: this.#authors.textOf(signed.author),
        signedBy,
        channelId,
        clockMs,
        atMs: shownAtMs(body, sentAtMs),
        body,
        bodyBytes: payload,
      },
    }
  }
}

/** A link fits into one envelope, and is kept with it. */
function withPart(outcome: OpenOutcome, part: MessagePart): OpenOutcome {
  if (outcome.kind === 'link') return ignored('unknown-type')
  return outcome.kind === 'message' || outcome.kind === 'description' ? { ...outcome, part } : outcome
}

/**
 * Imports of Status are known by Discord’s numbers, which replies name. A third-party id that looks like a message id is
 * not believed: it is not signed, and could take the place of somebody’s message.
 */
function isNamedElsewhere({ thirdPartyId }: Origin, isByCommunity: boolean): boolean {
  return isByCommunity && thirdPartyId !== '' && !isMessageId(thirdPartyId.toLowerCase())
}

/** The bytes of the ApplicationMetadataMessage: some travel without a ProtocolMessage around them. */
function unwrap(payload: Uint8Array): Unwrapped {
  if (payload[0] === FIELD_1_BYTES && payload[1] === SIGNATURE_BYTES) return { kind: 'plain', bytes: payload }
  try {
    const { publicMessage, encryptedMessages } = decodeProtocolMessage(payload)
    if (publicMessage.byteLength > 0) return { kind: 'plain', bytes: publicMessage }
    const sealed = encryptedMessages.get(GROUP)
    if (sealed?.hashRatchet !== undefined) return { kind: 'sealed', sealed }
  } catch (error) {
    if (!isQuireError(error)) throw error
  }
  return { kind: 'plain', bytes: payload }
}

/** Whether a message takes another one back, as far as it shows unopened: sealed, or in parts, it does not. Nothing is verified. */
export function isDeletion({ payload }: Pick<WakuMessage, 'payload'>): boolean {
  if (isSegment(payload)) return false
  const unwrapped = unwrap(payload)
  try {
    return unwrapped.kind === 'plain' && decodeApplicationMetadata(unwrapped.bytes).type === MESSAGE_TYPE.delete
  } catch (error) {
    if (!isQuireError(error)) throw error
    return false
  }
}

function ignored(reason: IgnoredReason): OpenOutcome {
  return { kind: 'ignored', reason }
}
