import { beforeEach, describe, expect, it } from 'vitest'
import { parseManifestCid } from '../../codec/cid.ts'
import type { SpanSeconds } from '../archive/archive-entry.ts'
import { entryOf } from '../archive/build-archive.ts'
import { readIndex } from '../archive/read-index.ts'
import type { CommunityId } from '../ids.ts'
import { openOwner, ownerDevice, type OwnerDevice } from '../testing/publisher-fixture.ts'
import { DAY, START_SECONDS, TOPIC, wakuMessage } from '../testing/waku-messages.ts'
import type { MessageSource } from './message-source.ts'
import { PublishIndex } from './publish-index.ts'
import { type MadeArchive, PublishJournal } from './publish-journal.ts'

const CID = parseManifestCid('zDvZRwzm22eSYNdLBuNHVi7jSTR2a4n48yy4Ur9qws4vHV6madiz')
/** As many as members read. */
const MOST = 20_000

const onDay = (day: number): SpanSeconds => {
  const fromSeconds = START_SECONDS + day * DAY
  return { fromSeconds, toSeconds: fromSeconds + DAY }
}

function archivesOf(days: number): MadeArchive[] {
  return Array.from({ length: days }, (_, day) => ({
    digest: '',
    entry: entryOf({ ...onDay(day), topics: [TOPIC], cid: CID }),
  }))
}

/** A message a day. */
function daily(days: number): MessageSource {
  return {
    async *messages({ fromSeconds }) {
      yield wakuMessage(fromSeconds)
    },
    bounds: async () => ({ oldestSeconds: START_SECONDS, newestSeconds: onDay(days - 1).fromSeconds }),
  }
}

describe('an index of more archives than members read', () => {
  let device: OwnerDevice
  beforeEach(async () => {
    device = await ownerDevice()
  })

  it('is refused, and one of just as many is read', async () => {
    const index = new PublishIndex({
      datasets: device.datasets,
      journal: new PublishJournal(device.settings, `0x02${'11'.repeat(32)}` as CommunityId),
      newestLink: () => undefined,
      unseal: async (bytes) => bytes,
      search: { apply: (entries) => [...entries], unused: () => [] },
    })
    const { signal } = new AbortController()
    const archives = archivesOf(MOST + 1)
    await expect(index.publish({ archives, signal })).rejects.toMatchObject({ code: 'ERR_INDEX_FULL' })
    expect(device.datasets.published).toEqual([])
    const { indexCid } = await index.publish({ archives: archives.slice(1), signal })
    const bytes = await device.datasets.read(indexCid ?? CID)
    expect(readIndex(bytes).entries).toHaveLength(MOST)
  })

  it('is refused before the first archive of a large import is made', async () => {
    const owner = openOwner(device, { partitionDays: 1 })
    const refused = owner.publisher.publishImport({ id: 'a', source: daily(MOST + 1) })
    await expect(refused).rejects.toMatchObject({ code: 'ERR_INDEX_FULL', details: { maxArchives: MOST } })
    expect(device.datasets.published).toEqual([])
    expect(owner.publisher.state).toMatchObject({ state: 'failed' })
  })
})
