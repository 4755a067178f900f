import { beforeEach, describe, expect, it } from 'vitest'
import { parseManifestCid } from '../../codec/cid.ts'
import type { AcceptedLink } from '../follow/accept-link.ts'
import type { CommunityId } from '../ids.ts'
import { ManualClock } from '../testing/manual-clock.ts'
import { MemoryDatasets } from '../testing/memory-datasets.ts'
import { MemoryHistorySettings } from '../testing/memory-history-settings.ts'
import { LinkAnnouncer } from './link-announcer.ts'
import { PublishJournal } from './publish-journal.ts'

const COMMUNITY = `0x02${'11'.repeat(32)}` as CommunityId
const INDEX = parseManifestCid('zDvZRwzm22eSYNdLBuNHVi7jSTR2a4n48yy4Ur9qws4vHV6madiz')
const NOW_MS = Date.UTC(2026, 0, 5)
const DAY_MS = 24 * 3_600_000

describe('a link that was signed by a clock a year ahead', () => {
  const wrongMs = NOW_MS + 365 * DAY_MS
  let settings: MemoryHistorySettings
  let signed: number[]
  beforeEach(async () => {
    settings = new MemoryHistorySettings()
    signed = []
    const { announcer } = await announcerAt(wrongMs)
    await announcer.sign(INDEX, { publishedAtMs: wrongMs })
    signed = []
  })

  const announcerAt = async (nowMs: number, newest?: AcceptedLink) => {
    const journal = new PublishJournal(settings, COMMUNITY)
    await journal.load(nowMs)
    const signLink = async ({ clockMs }: { readonly clockMs: number }): Promise<Uint8Array> => {
      signed.push(clockMs)
      return new Uint8Array([1])
    }
    const components = { journal, signLink, datasets: new MemoryDatasets(), newestLink: () => newest }
    const clock = new ManualClock(nowMs)
    const announcer = new LinkAnnouncer({ ...components, clock, announce: async () => 1 }, {})
    announcer.announceSoon()
    return { announcer, journal }
  }

  it('is signed anew at the next start, though this device has taken it for the newest', async () => {
    const { announcer } = await announcerAt(NOW_MS, { clockMs: wrongMs, indexCid: INDEX })
    await announcer.announce(new AbortController().signal)
    expect(signed).toEqual([NOW_MS])
  })

  it('is outbid when its time has come, so that nobody can bring it back', async () => {
    const { announcer } = await announcerAt(NOW_MS)
    await announcer.announce(new AbortController().signal)
    const { announcer: later, journal } = await announcerAt(wrongMs - DAY_MS)
    await later.announce(new AbortController().signal)
    expect(signed).toEqual([NOW_MS, wrongMs + 1])
    expect(journal.record.aheadClockMs).toBeUndefined()
  })

  it('is told as it is where that clock was right after all, or this device’s cannot be', async () => {
    for (const nowMs of [wrongMs, 1_000]) {
      const { announcer } = await announcerAt(nowMs)
      await announcer.announce(new AbortController().signal)
    }
    expect(signed).toEqual([])
  })
})
