/** What hostile peers do in a simulated download; they claim to have everything where they claim nothing else. */
import type { ManualClock } from './manual-clock.ts'
import { CONTROL, encodeFrame, WANT_BLOCKS_RESPONSE } from '../../codec/frame.ts'
import { type Message, WANT_HAVE } from '../../codec/message.ts'
import { encodeWantBlocksResponse, type WantBlocksResponse } from '../../codec/want-blocks.ts'
import type { SampleDataset } from './sample-dataset.ts'
import type { Behaviour } from './simulated-download.ts'

export type HostileBehaviour = readonly [title: string, behave: (clock: ManualClock) => Behaviour]

export const HOSTILE_BEHAVIOURS: HostileBehaviour[] = [
  ['claim everything and answer nothing', () => ({ answer: () => 'silence' })],
  ['claim everything and answer without a block', () => ({ answer: (honest) => ({ ...honest, blocks: [] }) })],
  ['send wrong data', () => ({ answer: spoiled })],
  [
    'let their answers trickle',
    (clock) => ({
      answer: (honest, request, peer) => {
        if (peer.ordinalOf(request) === 1) peer.trickle(honest, request, { clock, everyMs: 100 })
        return 'silence'
      },
    }),
  ],
  [
    'stop in the middle of an answer',
    () => ({
      answer: (honest) => encodeFrame(WANT_BLOCKS_RESPONSE, encodeWantBlocksResponse(honest)).subarray(0, 50_000),
    }),
  ],
  ['answer with endless messages', () => ({ answer: endlessMessages })],
  [
    'give some blocks and then no more',
    () => ({ answer: (honest, request, peer) => (peer.ordinalOf(request) < 20 ? honest : 'silence') }),
  ],
  ['answer after ten seconds', (clock) => answersAfter(clock, 10_000)],
  ['take a second and a half for every answer', (clock) => answersAfter(clock, 1500)],
  [
    'have nothing and say that they want all of it',
    (clock) => ({
      claim: () => undefined,
      start: (peer, { fetchers, dataset }) => {
        const tell = (): void => {
          for (const { peer: to } of fetchers) void peer.sendMessage(to, wantAll(dataset)).catch(() => undefined)
          clock.setTimeout(tell, 1_000)
        }
        tell()
      },
    }),
  ],
]

/** What hurts only where several fetch the same, and takes “left out” for “later”. */
export const TO_SHARED: HostileBehaviour[] = [
  [
    'give a block now and then and promise the rest for later',
    () => ({
      answer: (honest, request, peer) => ({
        ...honest,
        blocks: peer.ordinalOf(request) % 4 === 1 ? honest.blocks.slice(0, 1) : [],
      }),
    }),
  ],
  [
    'leave out every other block',
    () => ({ answer: (honest) => ({ ...honest, blocks: honest.blocks.filter(({ index }) => index % 2n === 0n) }) }),
  ],
  [
    'say again and again that they have everything',
    (clock) => ({
      answer: (honest) => ({ ...honest, blocks: [] }),
      start: (peer, { fetchers, dataset }) => {
        const tell = (): void => {
          for (const { peer: to } of fetchers) void peer.sendMessage(to, claimOf(dataset)).catch(() => undefined)
          clock.setTimeout(tell, 100)
        }
        tell()
      },
    }),
  ],
]

function answersAfter(clock: ManualClock, delayMs: number): Behaviour {
  return {
    answer: (honest, request, peer) => {
      clock.setTimeout(() => peer.answerLate(honest, request), delayMs)
      return 'silence'
    },
  }
}

function wantAll({ treeCid, blockCount }: SampleDataset): Message {
  const entry = {
    address: { treeCid, index: 0n },
    priority: 0,
    cancel: false,
    wantType: WANT_HAVE,
    sendDontHave: false,
    rangeCount: BigInt(blockCount),
    downloadId: 1n,
  }
  return { wantList: { entries: [entry], full: false }, blockPresences: [] }
}

function claimOf({ treeCid, blockCount }: SampleDataset): Message {
  const ranges = [{ start: 0n, count: BigInt(blockCount) }]
  const presence = { address: { treeCid, index: 0n }, kind: 'have-range', ranges, downloadId: 0n } as const
  return { wantList: { entries: [], full: false }, blockPresences: [presence] }
}

function endlessMessages(): Uint8Array {
  const message = encodeFrame(CONTROL, new Uint8Array([0x0a, 0x02, 0x10, 0x00]))
  const flood = new Uint8Array(10_000 * message.byteLength)
  for (let at = 0; at < flood.byteLength; at += message.byteLength) flood.set(message, at)
  return flood
}

function spoiled(honest: WantBlocksResponse): WantBlocksResponse {
  return { ...honest, blocks: honest.blocks.map((block) => ({ ...block, data: block.data.map((byte) => byte ^ 1) })) }
}
