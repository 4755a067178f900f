import { describe, expect, it } from 'vitest'
import { encodeArchive } from '../../codec/history/archive.ts'
import type { ArchiveEntry } from '../../history/archive/archive-entry.ts'
import { archived, chatBody, START_MS, testCommunity } from '../../history/message/testing/people.ts'
import type { OpenedMessage } from '../../history/message/opened-message.ts'
import { ArchiveTimelineReader } from './archive-timeline-reader.ts'

describe('an archive that is read', () => {
  it('comes into the timeline from its newest message on', async () => {
    const place = await testCommunity()
    const said = [0, 1, 2].map(async (i) =>
      archived(place, chatBody(place.channel, { text: `${i}` }), { signer: place.ann, atMs: START_MS + i * 1_000 }),
    )
    const [fromSeconds, toSeconds] = [START_MS / 1000, START_MS / 1000 + 604_800]
    const metadata = { version: 0, fromSeconds, toSeconds, contentTopics: [] }
    const bytes = encodeArchive({ metadata, messages: await Promise.all(said) })
    const added: OpenedMessage[] = []
    const change = { communityId: place.id, channelIds: [], fromMs: 0, toMs: 1 }
    const ingest = {
      add: async (messages: readonly OpenedMessage[]) => void added.push(...messages),
      show: async () => change,
      commit: async () => change,
      discard: () => undefined,
    }
    const timeline = { beginArchive: async () => ingest, removeArchive: async () => undefined }
    const reader = new ArchiveTimelineReader({
      timeline: timeline as unknown as ConstructorParameters<typeof ArchiveTimelineReader>[0]['timeline'],
      groupKeys: { get: () => undefined },
      onChange: () => undefined,
    })
    const entry = { id: '0x01', fromSeconds, toSeconds } as unknown as ArchiveEntry
    expect(await reader.read(place.id, entry, bytes)).toMatchObject({ outcome: 'read', messageCount: 3 })
    expect(added.map(({ body }) => body.kind === 'chat' && body.chat.text)).toEqual(['2', '1', '0'])
  })
})
