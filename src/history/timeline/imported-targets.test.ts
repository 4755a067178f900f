import { describe, expect, it } from 'vitest'
import { MemoryKv } from '../../store/memory-kv.ts'
import type { MessageId } from '../ids.ts'
import { referencedId } from '../message/message-id.ts'
import type { OpenedMessage } from '../message/opened-message.ts'
import { readWeek } from './testing/read-week.ts'
import {
  COMMUNITY,
  START_MS,
  channelOf,
  chatOf,
  deletionOf,
  editOf,
  pinOf,
  reactionOf,
} from './testing/sample-messages.ts'
import { TimelineDatabase } from './timeline-database.ts'

/** As imports of Discord name messages. */
const [QUESTION, REGRET] = ['1104500000000000001', '1104500000000000002'] as const

function imported(sourceId: string, text: string): OpenedMessage {
  return { ...chatOf({ number: 1, clockMs: START_MS, signedBy: 'community', text }), id: referencedId(sourceId) }
}

const question = imported(QUESTION, 'the question')
const regret = imported(REGRET, 'not meant so')
const byName = (sourceId: string): MessageId => sourceId as MessageId
const deeds = [
  editOf({ number: 10, clockMs: START_MS + 1, target: byName(QUESTION), author: -1, text: 'the better question' }),
  pinOf({ number: 11, clockMs: START_MS + 1, target: byName(QUESTION), isPinned: true }),
  reactionOf({ number: 12, clockMs: START_MS + 1, target: byName(QUESTION), type: 2 }),
  deletionOf({ number: 13, clockMs: START_MS + 1, target: byName(REGRET), author: -1 }),
]
const reply = chatOf({ number: 14, clockMs: START_MS + 2, text: 'an answer', replyTo: byName(QUESTION) })

describe('what is done to an imported message by its number at Discord', () => {
  it.each([
    ['in the same archive', [[question, regret, ...deeds, reply]], []],
    [
      'in a later archive',
      [
        [question, regret],
        [...deeds, reply],
      ],
      [],
    ],
    ['live, to a message of an archive', [[question, regret]], [...deeds, reply]],
    ['live, to a live message', [], [question, regret, ...deeds, reply]],
  ])('counts %s', async (_where, archives: OpenedMessage[][], live: OpenedMessage[]) => {
    const timelines = new TimelineDatabase({ kv: new MemoryKv() })
    await timelines.start()
    for (const [week, messages] of archives.entries()) await readWeek(timelines, week, messages)
    await timelines.addLive(COMMUNITY, live, { delivery: 'live' })

    const { rows } = await timelines.timeline(COMMUNITY, {
      channelId: channelOf(0),
      anchor: { kind: 'newest' },
      limit: 10,
    })

    expect(new Map(rows.map((row) => [row.id, row]))).toEqual(
      new Map([
        [
          question.id,
          expect.objectContaining({ text: 'the better question', isPinned: true, reactions: [expect.anything()] }),
        ],
        [regret.id, expect.objectContaining({ text: '', isDeleted: true })],
        [
          reply.id,
          expect.objectContaining({
            replyTo: expect.objectContaining({ messageId: question.id, text: 'the better question' }),
          }),
        ],
      ]),
    )
    await timelines.stop()
  })
})
