/** What hostile peers do: their answers to those who ask them, and what they do by themselves to whoever is connected. */
import { setTimeout as wait } from 'node:timers/promises'
import { CONTROL, encodeFrame, WANT_BLOCKS_REQUEST, WANT_BLOCKS_RESPONSE } from '../../src/codec/frame.ts'
import { encodeMessage, type Message, WANT_HAVE } from '../../src/codec/message.ts'
import {
  encodeWantBlocksRequest,
  encodeWantBlocksResponse,
  type WantBlocksResponse,
} from '../../src/codec/want-blocks.ts'
import { systemClock } from '../../src/exchange/clock.ts'
import type { PeerKey } from '../../src/exchange/network-port.ts'
import type { SampleDataset } from '../../src/exchange/testing/sample-dataset.ts'
import type { Script } from '../../src/exchange/testing/scripted-peer.ts'

/** Sends bytes on one lasting stream to a peer; rejects when that is over. */
type Send = (bytes: Uint8Array) => Promise<void>

interface Behaviour {
  readonly answer?: NonNullable<Script['answer']>
  readonly claim?: NonNullable<Script['claim']>
  /** What it does to each peer that it is connected to, until it throws. */
  readonly attack?: (dataset: SampleDataset, send: Send, peer: PeerKey) => Promise<void>
}

const BILLION = 1_000_000_000n
const FLOOD_FRAMES = 500
/** Below the cap of what others may hold of a frame, so that only the time is wrong. */
const ENDLESS_FRAME_BYTES = 900_000

export const BEHAVIOURS = {
  'wrong bytes': {
    answer: (honest) => changed(honest, (data) => data.map((byte, i) => (i === 100 ? byte ^ 1 : byte))),
  },
  'wrong place': {
    answer: (honest) => ({ ...honest, blocks: honest.blocks.map((block) => ({ ...block, index: block.index + 1n })) }),
  },
  'short proof': {
    answer: (honest) => ({
      ...honest,
      blocks: honest.blocks.map((block) => ({ ...block, proof: { ...block.proof, path: block.proof.path.slice(1) } })),
    }),
  },
  silence: { answer: () => 'silence' },
  'empty answers': { answer: (honest) => ({ ...honest, blocks: [] }) },
  'half a frame': {
    answer: (honest) => {
      const frame = encodeFrame(WANT_BLOCKS_RESPONSE, encodeWantBlocksResponse(honest))
      return frame.subarray(0, frame.byteLength / 2)
    },
  },
  trickle: {
    answer: (honest, request, peer) => {
      peer.trickle(honest, request, { clock: systemClock, everyMs: 50 })
      return 'silence'
    },
  },
  'late answers': {
    answer: (honest, request, peer) => {
      setTimeout(() => peer.answerLate(honest, request), 8_000)
      return 'silence'
    },
  },
  'every answer thrice': {
    answer: (honest, request, peer) => {
      peer.answerLate(honest, request)
      peer.answerLate(honest, request)
      return honest
    },
  },
  'claims beyond the end': {
    claim: (presence) => ({ ...presence, ranges: [{ start: 0n, count: BILLION }] }),
    answer: () => 'silence',
  },
  'flood of messages': {
    attack: async ({ treeCid }, send) => {
      const frame = encodeFrame(CONTROL, encodeMessage(wantOf(treeCid, { index: 0n, rangeCount: 1n })))
      for (;;) await send(repeated(frame, FLOOD_FRAMES))
    },
  },
  'flood of wants': {
    attack: async ({ treeCid, blockCount }, send) => {
      for (let requestId = 0n; ; requestId++) {
        const ranges = [{ start: 0n, count: BigInt(blockCount) }]
        await send(encodeFrame(WANT_BLOCKS_REQUEST, encodeWantBlocksRequest({ requestId, treeCid, ranges })))
      }
    },
  },
  'absurd ranges': {
    attack: async ({ treeCid }, send) => {
      for (let index = BILLION; ; index *= 2n) {
        await send(encodeFrame(CONTROL, encodeMessage(wantOf(treeCid, { index, rangeCount: BILLION * BILLION }))))
        await wait(200)
      }
    },
  },
  'a frame without end': {
    attack: async (_dataset, send) => {
      const header = new Uint8Array(5)
      new DataView(header.buffer).setUint32(0, ENDLESS_FRAME_BYTES, true)
      await send(header)
      for (;;) {
        await send(new Uint8Array(1000))
        await wait(100)
      }
    },
  },
  noise: {
    attack: async (_dataset, send) => send(new Uint8Array(100_000).map((_, i) => (i * 2_654_435_761) >>> 24)),
  },
} as const satisfies Record<string, Behaviour>

export type BehaviourName = keyof typeof BEHAVIOURS

export function behaviourOf(name: BehaviourName): Behaviour {
  return BEHAVIOURS[name]
}

function changed(honest: WantBlocksResponse, change: (data: Uint8Array) => Uint8Array): WantBlocksResponse {
  return { ...honest, blocks: honest.blocks.map((block) => ({ ...block, data: change(block.data) })) }
}

function wantOf(treeCid: SampleDataset['treeCid'], range: { index: bigint; rangeCount: bigint }): Message {
  const entry = { priority: 0, cancel: false, wantType: WANT_HAVE, sendDontHave: true, downloadId: 1n }
  const address = { treeCid, index: range.index }
  return {
    wantList: { entries: [{ ...entry, address, rangeCount: range.rangeCount }], full: false },
    blockPresences: [],
  }
}

function repeated(frame: Uint8Array, times: number): Uint8Array {
  const bytes = new Uint8Array(times * frame.byteLength)
  for (let at = 0; at < bytes.byteLength; at += frame.byteLength) bytes.set(frame, at)
  return bytes
}
