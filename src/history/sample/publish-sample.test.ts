import { describe, expect, it } from 'vitest'
import type { ManifestCid } from '../../codec/cid.ts'
import { readIndex } from '../archive/read-index.ts'
import { loadSecp256k1 } from '../crypto/secp256k1.ts'
import type { CommunityId } from '../ids.ts'
import { allOf } from '../imports/testing/all-of.ts'
import { openEnvelope } from '../message/envelope.ts'
import { MessageOpener } from '../message/message-opener.ts'
import { openArchive } from '../message/open-archive.ts'
import type { OpenedMessage } from '../message/opened-message.ts'
import { decodeSearchIndex, searchPublished } from '../search/published-search-index.ts'
import { MemoryDatasets } from '../testing/memory-datasets.ts'
import { publishSample, sampleArchive } from './publish-sample.ts'
import type { SampleInit } from './sample-message.ts'

const INIT: SampleInit = { seed: 'test', messages: 300, weeks: 4, channels: 3, persons: 9, endMs: Date.UTC(2024, 0, 1) }
const NOW_MS = Date.UTC(2024, 0, 2)
const NO_KEYS = { get: () => undefined }

describe('a sample community that is published', () => {
  it('is found from the envelopes that were delivered: link, index, archives, messages', async () => {
    const curve = await loadSecp256k1()
    const datasets = new MemoryDatasets()
    const delivered: Uint8Array[] = []
    const weeks: number[] = []
    const target = {
      datasets,
      deliver: async (_: string, envelopes: readonly Uint8Array[]) => void delivered.push(...envelopes),
    }
    const options = { nowMs: NOW_MS, onWeek: (done: number) => void weeks.push(done) }
    const published = await publishSample({ curve, target }, INIT, options)
    const { community, indexCid, archiveCount } = published

    const opener = new MessageOpener(curve, { community, keys: NO_KEYS })
    const opened = await Promise.all(
      delivered.map(async (envelope) => opener.open(await openEnvelope(curve, envelope, community))),
    )
    expect(opened).toMatchObject([
      { kind: 'link', link: { clockMs: NOW_MS, archiveLink: indexCid.toString() } },
      { kind: 'description', description: { clockMs: NOW_MS, identity: { displayName: 'The Gathering' } } },
    ])
    const { entries, refused } = readIndex(await datasets.read(indexCid))
    expect([entries.length, archiveCount, refused, weeks]).toEqual([4, 4, [], [1, 2, 3, 4]])
    const archives = await Promise.all(entries.map(async ({ cid }) => openedOf(await datasets.read(cid), community)))
    expect(textsOf(archives.flat())).toHaveLength(INIT.messages)
    expect(published).toMatchObject({
      archiveBytes: await sizeOf(
        datasets,
        entries.map(({ cid }) => cid),
      ),
      indexBytes: await sizeOf(datasets, [indexCid]),
    })
  })

  it('has a search index beside each archive, that leads to its messages', async () => {
    const curve = await loadSecp256k1()
    const datasets = new MemoryDatasets()
    const target = { datasets, deliver: async () => undefined }
    const published = await publishSample({ curve, target }, INIT, { nowMs: NOW_MS })
    const { entries } = readIndex(await datasets.read(published.indexCid))
    for (const { id, cid, searchCid } of entries) {
      if (searchCid === undefined) throw new Error('An archive has no search index.')
      const index = decodeSearchIndex(await datasets.read(searchCid), id)
      const archive = await openedOf(await datasets.read(cid), published.community)
      const deleted = archive.flatMap(({ body }) => (body.kind === 'delete' ? [body.deletion.messageId] : []))
      const edited = archive.flatMap(({ body }) => (body.kind === 'edit' ? [body.edit.messageId] : []))
      const left = textsOf(archive).filter(({ id }) => !deleted.includes(id))
      expect(index.messages).toHaveLength(left.length)
      const first = left.find(({ id }) => !edited.includes(id))
      const word = /\p{L}{3,}/u.exec(first?.text ?? '')?.[0] ?? ''
      expect(searchPublished(index, { text: word }).map(({ messageId }) => messageId)).toContain(first?.id.slice(0, 10))
    }
    const searchCids = entries.flatMap(({ searchCid }) => searchCid ?? [])
    expect(published.searchBytes).toBe(await sizeOf(datasets, searchCids))
  })

  it('has the same index when it is published again, also from archives that were made before', async () => {
    const curve = await loadSecp256k1()
    const deliver = async (): Promise<void> => undefined
    const first = await publishSample({ curve, target: { datasets: new MemoryDatasets(), deliver } }, INIT, {
      nowMs: NOW_MS,
    })
    const archives = Array.from({ length: INIT.weeks }, (_, week) => sampleArchive(curve, INIT, week))
    const archiveOf = async (week: number): Promise<Uint8Array> => archives[week] ?? new Uint8Array()
    const target = { datasets: new MemoryDatasets(), deliver, archiveOf }
    const again = await publishSample({ curve, target }, INIT, { nowMs: NOW_MS + 1 })
    expect(again.indexCid.toString()).toBe(first.indexCid.toString())
  })
})

async function openedOf(archive: Uint8Array, community: CommunityId): Promise<OpenedMessage[]> {
  const batches = await allOf(openArchive(archive, { community, keys: NO_KEYS }))
  expect(batches.at(-1)?.counts.ignored).toBe(0)
  return batches.flatMap(({ messages }) => messages)
}

function textsOf(opened: readonly OpenedMessage[]): { id: string; text: string }[] {
  return opened.flatMap(({ id, body }) => (body.kind === 'chat' ? [{ id, text: body.chat.text }] : []))
}

async function sizeOf(datasets: MemoryDatasets, cids: readonly ManifestCid[]): Promise<number> {
  const all = await Promise.all(cids.map((cid) => datasets.read(cid)))
  return all.reduce((sum, { byteLength }) => sum + byteLength, 0)
}
