/** Envelopes as they travel over a community’s topic: made from what was signed, and opened into what archives keep. */
import { decodeEnvelope, encodeEnvelope, type WakuEnvelope, type WakuMessage } from '../../codec/history/waku.ts'
import { concat } from '../../codec/concat.ts'
import { QuireError } from '../../errors.ts'
import type { Curve, KeyPair } from '../crypto/secp256k1.ts'
import { contentTopicOf, symmetricKeyOf, topicOf, universalChatId } from '../crypto/topics.ts'
import { openPayload, sealPayload } from '../crypto/waku-payload.ts'
import type { CommunityId } from '../ids.ts'
import { splitPayload } from './segments.ts'

interface SealOptions {
  readonly community: CommunityId
  /** Signs the envelope: receivers put the parts of a large message together by it. */
  readonly signer: KeyPair
  readonly atMs: number
}

const NS_PER_MS = 1_000_000n
const MS_PER_SECOND = 1000
/** Status encrypts as 26/WAKU2-PAYLOAD says. */
const VERSION = 1
/** Source: RFC 56/STATUS-COMMUNITIES, where community content travels; a part of an envelope’s hash. */
const PUBSUB_TOPIC = new TextEncoder().encode('/waku/2/rs/16/256')
/** Ours, as Status: 150 KiB an envelope, a quarter of it left for the layers around. */
export const MAX_SEGMENT_BYTES = 115_200
const encoder = new TextEncoder()

/** The encoded envelopes of one transport payload: one, or several with parity where it is large. */
export async function sealEnvelopes(curve: Curve, payload: Uint8Array, options: SealOptions): Promise<Uint8Array[]> {
  const chat = universalChatId(options.community)
  const key = await symmetricKeyOf(chat)
  const contentTopic = contentTopicOf(chat)
  const timestampNs = BigInt(options.atMs) * NS_PER_MS
  const envelopes: Uint8Array[] = []
  for (const part of splitPayload(payload, MAX_SEGMENT_BYTES)) {
    const sealed = await sealPayload(curve, part, { key, signer: options.signer })
    envelopes.push(encodeEnvelope({ payload: sealed, contentTopic, version: VERSION, timestampNs }))
  }
  return envelopes
}

/**
 * What archives keep of an envelope.
 *
 * Errors: `ERR_ENVELOPE_INVALID` (it does not decode, is of another topic or version, has no time, does not open).
 */
export async function openEnvelope(curve: Curve, bytes: Uint8Array, community: CommunityId): Promise<WakuMessage> {
  const envelope = decodeEnvelope(bytes)
  const chat = universalChatId(community)
  if (envelope.contentTopic !== contentTopicOf(chat)) throw damaged('is of another topic')
  if (envelope.version !== VERSION) throw damaged(`has the version ${envelope.version}`)
  const sentAtMs = envelopeTimeMs(envelope)
  if (sentAtMs === undefined) throw damaged('has no time')
  const opened = await openPayload(curve, envelope.payload, await symmetricKeyOf(chat))
  if (opened === undefined) throw damaged('does not open')
  return {
    sig: opened.signer ?? new Uint8Array(),
    timestampSeconds: Math.floor(sentAtMs / MS_PER_SECOND),
    topic: topicOf(chat),
    payload: opened.data,
    padding: opened.padding,
    hash: await envelopeHash(envelope),
    thirdPartyId: '',
  }
}

/** When an envelope says that it was sent, in unix milliseconds; undefined where it does not say or it is absurd. */
function envelopeTimeMs({ timestampNs }: WakuEnvelope): number | undefined {
  if (timestampNs === undefined || timestampNs <= 0n) return undefined
  return Number(timestampNs / NS_PER_MS)
}

/** 32 bytes, the same wherever the envelope is seen. Source: RFC 14/WAKU2-MESSAGE, deterministic hashing. */
export async function envelopeHash(envelope: WakuEnvelope): Promise<Uint8Array> {
  const time = new Uint8Array(8)
  new DataView(time.buffer).setBigInt64(0, envelope.timestampNs ?? 0n)
  const parts = [PUBSUB_TOPIC, envelope.payload, encoder.encode(envelope.contentTopic), envelope.meta, time]
  return new Uint8Array(await crypto.subtle.digest('SHA-256', concat(...parts) as Uint8Array<ArrayBuffer>))
}

function damaged(how: string): QuireError {
  return new QuireError('ERR_ENVELOPE_INVALID', `The envelope ${how}.`)
}
