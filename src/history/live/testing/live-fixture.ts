/** Devices with a community’s live side, over memory; envelopes whose payload says what opening them gives. */
import { encodeEnvelope } from '../../../codec/history/waku.ts'
import { MemoryKv } from '../../../store/memory-kv.ts'
import { keccak256 } from '../../crypto/keccak.ts'
import { toHex } from '../../crypto/hex.ts'
import type { AuthorKey, ChatId, CommunityId, MessageId } from '../../ids.ts'
import type { OpenOutcome } from '../../message/opening.ts'
import { ManualClock } from '../../testing/manual-clock.ts'
import { decodeEnvelope } from '../../../codec/history/waku.ts'
import { CommunitySync } from '../community-sync.ts'
import { KeptEnvelopes } from '../kept-envelopes.ts'
import type { KeptLimits } from '../kept-room.ts'
import { LiveAnswers } from '../live-answers.ts'
import type { LiveTable } from '../live-keys.ts'
import type { LiveMessage, LiveSink, LiveState } from '../live-types.ts'
import type { MemoryNetwork } from './memory-network.ts'

export const COMMUNITY = `0x02${'11'.repeat(32)}` as CommunityId
export const NOW_MS = Date.UTC(2026, 0, 31)
export const DAY_MS = 24 * 60 * 60_000

type Said =
  | { readonly text: string }
  | { readonly link: string; readonly clockMs: number }
  | { readonly description: string; readonly clockMs: number }
  | { readonly keyId: string }
  | { readonly ignored: 'not-signed' | 'wrong-signer' | 'not-decodable' | 'clock' }

/** `salt` makes another envelope of the same content. */
export function envelope(said: Said, atMs: number = NOW_MS, salt = ''): Uint8Array {
  const payload = new TextEncoder().encode(JSON.stringify({ said, salt }))
  return encodeEnvelope({
    payload,
    contentTopic: '/waku/1/0x01020304/rfc26',
    version: 1,
    timestampNs: BigInt(atMs) * 1_000_000n,
    meta: new Uint8Array(),
    isEphemeral: false,
  })
}

/** Stands for `history/message/open-message.ts`. */
async function openSaid(_community: CommunityId, bytes: Uint8Array): Promise<OpenOutcome> {
  const { payload, timestampNs } = decodeEnvelope(bytes)
  const atMs = Number((timestampNs ?? 0n) / 1_000_000n)
  const { said }: { said: Said } = JSON.parse(new TextDecoder().decode(payload))
  if ('ignored' in said) return { kind: 'ignored', reason: said.ignored }
  if ('keyId' in said) return { kind: 'missing-key', keyId: said.keyId }
  if ('link' in said) return { kind: 'link', link: { clockMs: said.clockMs, archiveLink: said.link }, atMs }
  if ('description' in said) {
    // Of the description, the live side reads these alone.
    const description = { clockMs: said.clockMs, isEncrypted: false } as Extract<
      OpenOutcome,
      { kind: 'description' }
    >['description']
    return { kind: 'description', description, bytes: new TextEncoder().encode(said.description) }
  }
  const id = idOf(said.text)
  const pin = { clockMs: atMs, messageId: said.text, chatId: '', isPinned: true } as never
  return {
    kind: 'message',
    message: {
      id,
      author: '0x04' as AuthorKey,
      signedBy: 'author',
      channelId: `${COMMUNITY}general` as ChatId,
      clockMs: atMs,
      atMs,
      body: { kind: 'pin', pin },
      bodyBytes: new TextEncoder().encode(said.text),
    },
  }
}

export function idOf(text: string): MessageId {
  return toHex(keccak256(new TextEncoder().encode(text))) as MessageId
}

class RecordingSink implements LiveSink {
  readonly messages: LiveMessage[] = []
  readonly waiting: Uint8Array[] = []
  readonly links: string[] = []
  readonly descriptions: string[] = []
  readonly delivered: MessageId[] = []
  readonly missingKeys: string[] = []
  readonly states: LiveState[] = []

  /** As written, in the order in which they came. */
  get texts(): string[] {
    return this.messages.map(({ opened }) => new TextDecoder().decode(opened.bodyBytes))
  }

  onMessages(_community: CommunityId, messages: readonly LiveMessage[]): void {
    this.messages.push(...messages)
  }
  onWaiting(_community: CommunityId, envelopes: readonly Uint8Array[]): void {
    this.waiting.push(...envelopes)
  }
  onLink(_community: CommunityId, { archiveLink }: { archiveLink: string }): void {
    this.links.push(archiveLink)
  }
  onDescription(_community: CommunityId, { description }: { description: Uint8Array }): void {
    this.descriptions.push(new TextDecoder().decode(description))
  }
  onDelivered(_community: CommunityId, id: MessageId): void {
    this.delivered.push(id)
  }
  onMissingKey(_community: CommunityId, keyId: string): void {
    this.missingKeys.push(keyId)
  }
  onState(_community: CommunityId, state: LiveState): void {
    this.states.push(state)
  }
}

export interface Device {
  readonly network: MemoryNetwork
  readonly kv: MemoryKv<LiveTable>
  readonly kept: KeptEnvelopes
  readonly sink: RecordingSink
  readonly clock: ManualClock
  readonly sync: CommunitySync
  readonly answers: LiveAnswers
}

/** Not started; `kv` of another one is that device after a restart. */
export async function device(
  network: MemoryNetwork,
  init: { kv?: MemoryKv<LiveTable>; clock?: ManualClock; limits?: KeptLimits } = {},
): Promise<Device> {
  const { kv = new MemoryKv<LiveTable>(), clock = new ManualClock(NOW_MS), limits } = init
  await kv.open()
  const kept = new KeptEnvelopes(kv, limits)
  const sink = new RecordingSink()
  const sync = new CommunitySync({ network, kept, open: openSaid, sink, clock }, { community: COMMUNITY })
  const receiverOf = (community: CommunityId): CommunitySync | undefined => (community === COMMUNITY ? sync : undefined)
  const answers = new LiveAnswers({ network, kept, receiverOf })
  answers.start()
  return { network, kv, kept, sink, clock, sync, answers }
}
