/** A community, its people and what they say, for tests. */
import { CHAT_MESSAGE_TYPE, type ChatMessage, CONTENT_TYPE, decodeChatMessage } from '../../../codec/history/chat.ts'
import type { WakuMessage } from '../../../codec/history/waku.ts'
import { keccak256 } from '../../crypto/keccak.ts'
import { communityIdOf, type Curve, type KeyPair, loadSecp256k1 } from '../../crypto/secp256k1.ts'
import { topicOf, universalChatId } from '../../crypto/topics.ts'
import type { ChatId, CommunityId } from '../../ids.ts'
import type { MessageBody } from '../opened-message.ts'
import { signMessage, transportPayload } from '../sign-message.ts'

interface TestCommunity {
  readonly curve: Curve
  readonly id: CommunityId
  readonly owner: KeyPair
  readonly ann: KeyPair
  readonly ben: KeyPair
  readonly channel: ChatId
}

/** 2020-01-01. */
export const START_MS = 1_577_836_800_000
const EMPTY_CHAT = decodeChatMessage(new Uint8Array())
const encoder = new TextEncoder()

/** The same keys each time. */
export async function testCommunity(): Promise<TestCommunity> {
  const curve = await loadSecp256k1()
  const owner = curve.keyPair(keccak256(encoder.encode('owner')))
  const id = communityIdOf(curve, owner.publicKey)
  return {
    curve,
    id,
    owner,
    ann: curve.keyPair(keccak256(encoder.encode('ann'))),
    ben: curve.keyPair(keccak256(encoder.encode('ben'))),
    channel: `${id}5b8c1f6e-0000-4000-8000-000000000001` as ChatId,
  }
}

export function chatBody(chatId: string, change: Partial<ChatMessage> = {}): MessageBody & { readonly kind: 'chat' } {
  const chat = {
    ...EMPTY_CHAT,
    clockMs: START_MS,
    timestampMs: START_MS,
    text: 'hello',
    chatId,
    messageType: CHAT_MESSAGE_TYPE.communityChat,
    contentType: CONTENT_TYPE.text,
    ...change,
  }
  return { kind: 'chat', chat }
}

/** As an archive keeps what `signer` said. */
export async function archived(
  { curve, id }: Pick<TestCommunity, 'curve' | 'id'>,
  body: MessageBody,
  { signer, atMs = START_MS }: { readonly signer: KeyPair; readonly atMs?: number },
): Promise<WakuMessage> {
  return asArchived(id, await transportPayload(signMessage(curve, body, signer)), { signer, atMs })
}

export function asArchived(
  community: CommunityId,
  payload: Uint8Array,
  { signer, atMs = START_MS }: { readonly signer: KeyPair; readonly atMs?: number },
): WakuMessage {
  return {
    sig: signer.publicKey,
    timestampSeconds: Math.floor(atMs / 1000),
    topic: topicOf(universalChatId(community)),
    payload,
    padding: Uint8Array.of(1),
    hash: keccak256(payload),
    thirdPartyId: '',
  }
}
