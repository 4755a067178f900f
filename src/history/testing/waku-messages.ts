import type { WakuMessage } from '../../codec/history/waku.ts'

/** 2020-01-01T00:00Z, where the cases of status-go begin. */
export const START_SECONDS = 1_577_836_800
export const HOUR = 3600
export const DAY = 24 * HOUR
export const WEEK = 7 * DAY

/** The universal topic of the vectors. */
export const TOPIC = Uint8Array.of(0x56, 0x9c, 0x6c, 0x28)

let lastHash = 0

/** A message as the fixtures of status-go have it: one byte of everything. Every call gives another hash. */
export function wakuMessage(timestampSeconds: number, init: Partial<WakuMessage> = {}): WakuMessage {
  const hash = new Uint8Array(32)
  new DataView(hash.buffer).setUint32(0, ++lastHash)
  const one = Uint8Array.of(1)
  return { sig: one, timestampSeconds, topic: TOPIC, payload: one, padding: one, hash, thirdPartyId: '', ...init }
}
