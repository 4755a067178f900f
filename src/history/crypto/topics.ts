/**
 * Where a community’s messages travel: topics and keys that follow from the community’s id.
 *
 *   chat id ─ keccak-256, 4 bytes ─▶ topic ─▶ “/waku/1/0x<topic>/rfc26”
 *   chat id ─ PBKDF2-HMAC-SHA-256, no salt, 65,356 rounds ─▶ symmetric key
 *
 * Both can be computed by anyone who knows the id: the layer hides nothing from them. All channels of a community share
 * the topic of its universal chat. Sources: RFC 26/WAKU2-PAYLOAD and 56/STATUS-COMMUNITIES; status-go, topic.go.
 */
import { fromHex, toHex } from './hex.ts'
import type { ChatId, CommunityId } from '../ids.ts'
import { keccak256 } from './keccak.ts'

const TOPIC_BYTES = 4
/** Sic: the number that clients use. */
const PBKDF2_ROUNDS = 65_356
const KEY_BITS = 256
/** Communities are few; each key takes some 20 ms to make. */
const MAX_CACHED_KEYS = 256

const encoder = new TextEncoder()
const keys = new Map<string, Promise<CryptoKey>>()

/** The chat that all messages of a community travel in. */
export function universalChatId(community: CommunityId): ChatId {
  return `${community}-memberUpdate` as ChatId
}

/** Four bytes. */
export function topicOf(chatId: ChatId): Uint8Array {
  return keccak256(encoder.encode(chatId)).slice(0, TOPIC_BYTES)
}

export function contentTopicOf(chatId: ChatId): string {
  return `/waku/1/${toHex(topicOf(chatId))}/rfc26`
}

const CONTENT_TOPIC = /^\/waku\/1\/(0x[0-9a-f]{8})\/rfc26$/u

/** The four bytes of a content topic, or undefined where it is none. */
export function topicOfContentTopic(contentTopic: string): Uint8Array | undefined {
  const match = CONTENT_TOPIC.exec(contentTopic)
  return match?.[1] === undefined ? undefined : fromHex(match[1])
}

/** 32 bytes. */
export async function symmetricKeyBytes(chatId: ChatId): Promise<Uint8Array<ArrayBuffer>> {
  const password = await crypto.subtle.importKey('raw', encoder.encode(chatId), 'PBKDF2', false, ['deriveBits'])
  const derivation = { name: 'PBKDF2', hash: 'SHA-256', salt: new Uint8Array(), iterations: PBKDF2_ROUNDS }
  return new Uint8Array(await crypto.subtle.deriveBits(derivation, password, KEY_BITS))
}

/** The AES-256-GCM key of a chat, made once for the newest 256 of them. */
export async function symmetricKeyOf(chatId: ChatId): Promise<CryptoKey> {
  const cached = keys.get(chatId)
  if (cached !== undefined) return cached
  const making = symmetricKeyBytes(chatId).then(importAesKey)
  for (const oldest of keys.keys()) {
    if (keys.size < MAX_CACHED_KEYS) break
    keys.delete(oldest)
  }
  keys.set(chatId, making)
  return making
}

/** `key` of 32 bytes, for AES-256-GCM. */
export async function importAesKey(key: Uint8Array): Promise<CryptoKey> {
  return crypto.subtle.importKey('raw', key.slice(), 'AES-GCM', false, ['encrypt', 'decrypt'])
}
