/** The creation cases of status-go (facts §6.1), over both of its sources: kept messages and given ones. */
import { describe, expect, it } from 'vitest'
import type { WakuMessage } from '../../codec/history/waku.ts'
import { type Owner, openOwner, ownerDevice, publishedArchives } from '../testing/publisher-fixture.ts'
import { DAY, HOUR, START_SECONDS, TOPIC, wakuMessage, WEEK } from '../testing/waku-messages.ts'
import { sourceOf } from './message-source.ts'

interface Given {
  readonly messages: readonly WakuMessage[]
  readonly untilSeconds: number
}

/** From the owner’s log, as live messages are published. */
async function fromLog(owner: Owner, { messages, untilSeconds }: Given): Promise<void> {
  await owner.log.append(messages)
  await owner.clock.advance(untilSeconds * 1000 - owner.clock.nowMs())
  await owner.publisher.publishNow()
}

/** From messages that are given, as imports are. */
async function fromMessages(owner: Owner, { messages, untilSeconds }: Given): Promise<void> {
  const within = messages.filter(({ timestampSeconds }) => timestampSeconds < untilSeconds)
  await owner.publisher.publishImport({ id: String(untilSeconds), source: sourceOf(within) })
}

async function emptyOwner(): Promise<Owner> {
  return openOwner(await ownerDevice())
}

describe.each([
  ['kept messages', fromLog],
  ['given messages', fromMessages],
] as const)('archives of %s', (_name, publish) => {
  it('are not made where nothing was said', async () => {
    const owner = await emptyOwner()
    await publish(owner, { messages: [], untilSeconds: START_SECONDS + 6 * DAY })
    expect(owner.datasets.published).toEqual([])
    expect(owner.announced).toEqual([])
    expect(owner.signals.map(({ name }) => name)).toEqual(['creatingHistoryArchives', 'noHistoryArchivesCreated'])
  })

  it('hold what was said in their span, and not what was said after it', async () => {
    const owner = await emptyOwner()
    const end = START_SECONDS + 6 * DAY
    const [first, second, after] = [START_SECONDS + HOUR, START_SECONDS + 2 * HOUR, end + 2 * HOUR].map((at) =>
      wakuMessage(at),
    )
    if (first === undefined || second === undefined || after === undefined) throw new Error('three were made')
    await publish(owner, { messages: [first, second, after], untilSeconds: end })
    const [archive, ...more] = await publishedArchives(owner)
    expect(more).toEqual([])
    expect(archive?.messages).toEqual([first, second])
    expect(archive?.metadata.contentTopics).toEqual([TOPIC])
  })

  it('are one for each week, keyed by where the week begins', async () => {
    const owner = await emptyOwner()
    const times = [0, HOUR, 8 * DAY, 14 * DAY].map((after) => START_SECONDS + after)
    await publish(owner, { messages: times.map((at) => wakuMessage(at)), untilSeconds: START_SECONDS + 20 * DAY })
    const archives = await publishedArchives(owner)
    expect(archives.map(({ messages }) => messages.length)).toEqual([2, 1, 1])
    expect(archives.map(({ metadata }) => metadata.fromSeconds)).toEqual(
      [0, WEEK, 2 * WEEK].map((after) => START_SECONDS + after),
    )
  })

  it('are added to those of the weeks before', async () => {
    const owner = await emptyOwner()
    const [one, two] = [wakuMessage(START_SECONDS), wakuMessage(START_SECONDS + WEEK + HOUR)]
    await publish(owner, { messages: [one], untilSeconds: START_SECONDS + WEEK })
    const [first, ...none] = await publishedArchives(owner)
    expect(none).toEqual([])
    await publish(owner, { messages: [two], untilSeconds: START_SECONDS + 2 * WEEK })
    const [still, second] = await publishedArchives(owner)
    expect(still?.id).toBe(first?.id)
    expect(second?.messages).toEqual([two])
  })
})
