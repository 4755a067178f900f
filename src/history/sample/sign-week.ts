/** A week of the sample as archived messages: each person has a key of their own, which the seed makes. */
import { CHAT_MESSAGE_TYPE, CONTENT_TYPE, IMAGE_FORMAT } from '../../codec/history/chat.ts'
import type { WakuMessage } from '../../codec/history/waku.ts'
import { keccak256 } from '../crypto/keccak.ts'
import type { Curve, KeyPair } from '../crypto/secp256k1.ts'
import { topicOf, universalChatId } from '../crypto/topics.ts'
import type { CommunityId, MessageId } from '../ids.ts'
import { wholeChat } from '../imports/whole-chat.ts'
import type { MessageBody } from '../message/opened-message.ts'
import { type SignedMessage, signMessage } from '../message/sign-message.ts'
import type { SampleInit, SampleMessage, SamplePlan } from './sample-message.ts'

const encoder = new TextEncoder()
const NOTHING = new Uint8Array()
const BASE = { messageType: CHAT_MESSAGE_TYPE.communityChat } as const

/** The secret is no secret: whoever has the seed has it, so nothing real is signed with it. */
export function sampleKey(curve: Curve, seed: string, who: string): KeyPair {
  return curve.keyPair(keccak256(encoder.encode(`quire sample/${seed}/${who}`)))
}

/** Signs weeks one after the other; weeks are independent, so several signers may share them out. */
export class SampleSigner {
  readonly #curve: Curve
  readonly #community: CommunityId
  readonly #init: SampleInit
  readonly #plan: SamplePlan
  readonly #keys = new Map<number, KeyPair>()

  constructor(curve: Curve, { community, init, plan }: { community: CommunityId; init: SampleInit; plan: SamplePlan }) {
    this.#curve = curve
    this.#community = community
    this.#init = init
    this.#plan = plan
  }

  /** As archives keep them; some 0.1 ms a message. */
  sign(messages: readonly SampleMessage[]): readonly WakuMessage[] {
    const topic = topicOf(universalChatId(this.#community))
    return this.signEach(messages).map(({ signed, message }) => this.#archived(signed, { message, topic }))
  }

  /** As they are said. */
  signEach(messages: readonly SampleMessage[]): readonly { signed: SignedMessage; message: SampleMessage }[] {
    const ids: MessageId[] = []
    return messages.map((message) => {
      const signed = signMessage(this.#curve, this.#bodyOf(message, ids), this.#keyOf(message.person))
      ids.push(signed.id)
      return { signed, message }
    })
  }

  #archived(
    { signer, bytes, id }: SignedMessage,
    { message, topic }: { message: SampleMessage; topic: Uint8Array },
  ): WakuMessage {
    return {
      sig: signer.publicKey,
      timestampSeconds: Math.floor(message.atMs / 1000),
      topic,
      payload: bytes,
      padding: NOTHING,
      hash: keccak256(encoder.encode(id)),
      thirdPartyId: '',
    }
  }

  #bodyOf(message: SampleMessage, ids: readonly MessageId[]): MessageBody {
    const chatId = `${this.#community}${this.#plan.channels[message.channel]?.uuid ?? ''}`
    const base = { ...BASE, clockMs: message.atMs, chatId }
    if (message.kind === 'chat') return { kind: 'chat', chat: this.#chatOf(message, { base, ids }) }
    const target = { ...base, messageId: ids[message.target] ?? '' }
    switch (message.kind) {
      case 'edit':
        return {
          kind: 'edit',
          edit: { ...target, text: message.text, contentType: CONTENT_TYPE.text, unfurledLinks: [] },
        }
      case 'delete':
        return { kind: 'delete', deletion: { ...target, deletedBy: '' } }
      case 'pin':
        return { kind: 'pin', pin: { ...target, isPinned: true } }
      case 'reaction':
        return { kind: 'reaction', reaction: { ...target, type: message.type, isRetracted: false } }
    }
  }

  #chatOf(
    message: SampleMessage & { kind: 'chat' },
    { base, ids }: { base: { messageType: number; clockMs: number; chatId: string }; ids: readonly MessageId[] },
  ) {
    const { atMs, text, replyTo, image, person } = message
    return wholeChat({
      ...base,
      timestampMs: atMs,
      text,
      responseTo: replyTo === undefined ? '' : (ids[replyTo] ?? ''),
      contentType: image === undefined ? CONTENT_TYPE.text : CONTENT_TYPE.image,
      image:
        image === undefined
          ? undefined
          : {
              payload: image.png,
              format: IMAGE_FORMAT.png,
              albumId: '',
              width: image.width,
              height: image.height,
              albumImagesCount: 1,
            },
      displayName: this.#plan.personNames[person] ?? '',
    })
  }

  #keyOf(person: number): KeyPair {
    const key = this.#keys.get(person) ?? sampleKey(this.#curve, this.#init.seed, `person/${person}`)
    this.#keys.set(person, key)
    return key
  }
}
