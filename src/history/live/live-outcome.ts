import type { WakuMessage } from '../../codec/history/waku.ts'
import { keccak256 } from '../crypto/keccak.ts'
import type { MessageOpener } from '../message/message-opener.ts'
import type { LiveOutcome } from './live-types.ts'

/** What an envelope that is decrypted gives, with what tells it from others while the message itself is not known. */
export async function liveOutcomeOf(opener: MessageOpener, message: WakuMessage): Promise<LiveOutcome> {
  const outcome = await opener.open(message)
  const isPart = outcome.kind === 'message' && outcome.part !== undefined
  if (!isPart && outcome.kind !== 'segment' && outcome.kind !== 'missing-key') return outcome
  return { ...outcome, contentHash: keccak256(message.payload) }
}
