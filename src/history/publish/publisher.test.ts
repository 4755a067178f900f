import { describe, expect, it } from 'vitest'
import { parseManifestCid } from '../../codec/cid.ts'
import { QuireError } from '../../errors.ts'
import { readIndex } from '../archive/read-index.ts'
import type { AcceptedLink } from '../follow/accept-link.ts'
import { MemoryDatasetNetwork } from '../testing/memory-datasets.ts'
import { type Owner, openOwner, ownerDevice, publishedArchives } from '../testing/publisher-fixture.ts'
import { DAY, HOUR, START_SECONDS, wakuMessage, WEEK } from '../testing/waku-messages.ts'
import { sourceOf } from './message-source.ts'

const FULL = new QuireError('ERR_STORE_FULL', 'The disk is full.')

async function say(owner: Pick<Owner, 'log'>, ...hours: readonly number[]): Promise<void> {
  await owner.log.append(hours.map((hour) => wakuMessage(START_SECONDS + hour * HOUR)))
}

async function pass(owner: Pick<Owner, 'clock'>, seconds: number): Promise<void> {
  await owner.clock.advance(seconds * 1000)
}

/** An owner with one archive of the first week, published. */
async function ownerWithOneWeek(): Promise<Owner> {
  const owner = openOwner(await ownerDevice())
  await say(owner, 1)
  await pass(owner, WEEK)
  await owner.publisher.publishNow()
  return owner
}

describe('Publisher', () => {
  it('uploads one more week and the index, and nothing else', async () => {
    const owner = await ownerWithOneWeek()
    const before = owner.datasets.published.length
    await say(owner, 7 * 24 + 1)
    await pass(owner, WEEK)
    await owner.publisher.publishNow()
    const uploaded = owner.datasets.published.slice(before).map(({ cid }) => cid)
    const [, second] = await publishedArchives(owner)
    expect(uploaded).toEqual([second?.cid, owner.announced.at(-1)?.archiveLink])
  })

  it('tells what it does in the order that Status does', async () => {
    const owner = await ownerWithOneWeek()
    const [fromMs, toMs] = [(START_SECONDS + HOUR) * 1000, (START_SECONDS + WEEK) * 1000]
    expect(owner.signals).toEqual([
      { name: 'creatingHistoryArchives' },
      { name: 'historyArchivesCreated', fromMs, toMs },
      { name: 'historyArchivesSeeding' },
    ])
    expect(owner.states.at(0)).toMatchObject({ state: 'publishing' })
    expect(owner.states.at(-1)).toEqual({
      state: 'idle',
      lastPublishedAtMs: toMs,
      nextAtMs: toMs + WEEK * 1000,
    })
  })

  it('makes no new index where nothing is new', async () => {
    const owner = await ownerWithOneWeek()
    const published = owner.datasets.published.length
    await pass(owner, WEEK)
    await owner.publisher.publishNow()
    expect(owner.datasets.published).toHaveLength(published)
    expect(owner.links).toHaveLength(1)
    expect(owner.signals.at(-2)).toMatchObject({ name: 'noHistoryArchivesCreated' })
  })

  it('gives each link a greater clock, also where the device’s clock was set back', async () => {
    const owner = await ownerWithOneWeek()
    const reset = { nowMs: () => 1_000, sleep: owner.clock.sleep.bind(owner.clock) }
    const again = openOwner({ ...owner }, { clock: reset })
    await again.publisher.start()
    await again.publisher.publishImport({ id: 'a', source: sourceOf([wakuMessage(START_SECONDS)]) })
    await again.publisher.stop()
    expect(again.links[0]?.clockMs).toBe((owner.links[0]?.clockMs ?? 0) + 1)
  })

  it('archives what came too late for its week, once', async () => {
    const owner = await ownerWithOneWeek()
    await say(owner, 3)
    await pass(owner, DAY)
    await owner.publisher.publishNow()
    await pass(owner, DAY)
    await owner.publisher.publishNow()
    const archives = await publishedArchives(owner)
    const times = archives.flatMap(({ messages }) => messages.map(({ timestampSeconds }) => timestampSeconds))
    expect(times).toHaveLength(2)
    expect(new Set(times)).toEqual(new Set([1, 3].map((hour) => START_SECONDS + hour * HOUR)))
  })

  it('publishes an import beside the live weeks', async () => {
    const owner = await ownerWithOneWeek()
    const old = [-300, -200, -1].map((days) => wakuMessage(START_SECONDS + days * DAY))
    await owner.publisher.publishImport({ id: 'discord', source: sourceOf(old) })
    const archives = await publishedArchives(owner)
    expect(archives.flatMap(({ messages }) => messages)).toHaveLength(4)
    await say(owner, 7 * 24 + 1)
    await pass(owner, WEEK)
    await owner.publisher.publishNow()
    expect(await publishedArchives(owner)).toHaveLength(archives.length + 1)
  })

  it('seals archives and the index where the community is encrypted', async () => {
    const flip = async (bytes: Uint8Array): Promise<Uint8Array> => bytes.map((byte) => byte ^ 0xff)
    const owner = openOwner(await ownerDevice(), { seal: flip, unseal: flip })
    await say(owner, 1)
    await pass(owner, WEEK)
    await owner.publisher.publishNow()
    const index = await owner.datasets.read(parseManifestCid(owner.announced[0]?.archiveLink ?? ''))
    const [entry] = readIndex(await flip(index)).entries
    expect(entry?.toSeconds).toBe(START_SECONDS + WEEK)
    await say(owner, 7 * 24 + 1)
    await pass(owner, WEEK)
    await owner.publisher.publishNow()
    const second = await owner.datasets.read(parseManifestCid(owner.announced[1]?.archiveLink ?? ''))
    expect(readIndex(await flip(second)).entries).toHaveLength(2)
  })

  it.each([0, 366, 1.5])('refuses archives of %d days', async (partitionDays) => {
    const device = await ownerDevice()
    const code = 'ERR_OPTION_INVALID'
    expect(() => openOwner(device, { partitionDays })).toThrow(expect.objectContaining({ code }))
  })
})

describe('a run that fails', () => {
  it('keeps the archives that it made, and makes only the others again', async () => {
    const device = await ownerDevice()
    const owner = openOwner(device)
    await say(owner, 1, 8 * 24, 15 * 24)
    await pass(owner, 3 * WEEK)
    let publishes = 0
    device.datasets.publishFault = () => {
      if (++publishes === 3) throw FULL
    }
    await expect(owner.publisher.publishNow()).rejects.toBe(FULL)
    expect(owner.publisher.state).toEqual({ state: 'failed', error: FULL })
    expect(owner.announced).toEqual([])
    device.datasets.publishFault = undefined

    const again = openOwner(device)
    await again.publisher.publishNow()
    expect(await publishedArchives(again)).toHaveLength(3)
    // Two before the failure; then the third and the index.
    expect(device.datasets.published).toHaveLength(4)
  })

  it('leaves nothing behind of an archive whose content changed until the next attempt', async () => {
    const device = await ownerDevice()
    const owner = openOwner(device)
    await say(owner, 1)
    await pass(owner, WEEK)
    device.settings.fault = (key) => {
      if (key.startsWith('publish/') && device.datasets.published.length > 1) throw FULL
    }
    await expect(owner.publisher.publishNow()).rejects.toBe(FULL)
    device.settings.fault = undefined
    await say(owner, 2)
    await owner.publisher.publishNow()
    const [archive] = await publishedArchives(owner)
    expect(archive?.messages).toHaveLength(2)
    expect([...device.datasets.held.keys()].toSorted()).toEqual(
      [archive?.cid ?? '', owner.announced[0]?.archiveLink ?? ''].toSorted(),
    )
  })

  it('cut short after its link was signed archives nothing twice, sealed or not', async () => {
    const device = await ownerDevice()
    let seals = 0
    const seal = async (bytes: Uint8Array): Promise<Uint8Array> => Uint8Array.of(...bytes, seals++ & 0xff)
    const unseal = async (bytes: Uint8Array): Promise<Uint8Array> => bytes.subarray(0, -1)
    const owner = openOwner(device, { seal, unseal })
    await say(owner, 1, 8 * 24)
    await pass(owner, 2 * WEEK)
    const mark = device.log.markArchived.bind(device.log)
    device.log.markArchived = async () => {
      throw FULL
    }
    await expect(owner.publisher.publishNow()).rejects.toBe(FULL)
    expect(owner.links).toHaveLength(1)
    device.log.markArchived = mark
    const published = device.datasets.published.length

    const again = openOwner(device, { seal, unseal })
    await again.log.append([wakuMessage(START_SECONDS + 15 * 24 * HOUR)])
    await pass(again, WEEK)
    await again.publisher.publishNow()
    // The third week and the index.
    expect(device.datasets.published).toHaveLength(published + 2)
    expect(await again.log.bounds()).toBeUndefined()
  })

  it('takes an abort for no failure, and goes on from there', async () => {
    const device = await ownerDevice()
    const owner = openOwner(device)
    await say(owner, 1, 8 * 24)
    await pass(owner, 2 * WEEK)
    const controller = new AbortController()
    device.datasets.publishFault = () => controller.abort(new Error('enough'))
    await expect(owner.publisher.publishNow({ signal: controller.signal })).rejects.toThrow('enough')
    expect(owner.publisher.state.state).toBe('idle')
    device.datasets.publishFault = undefined
    await owner.publisher.publishNow()
    expect(await publishedArchives(owner)).toHaveLength(2)
  })

  it('removes the index that nobody can sign, and asks for the key', async () => {
    const locked = new QuireError('ERR_KEY_LOCKED', 'The key is locked.')
    const device = await ownerDevice()
    const owner = openOwner(device, {
      signLink: async () => {
        throw locked
      },
    })
    await say(owner, 1)
    await pass(owner, WEEK)
    await expect(owner.publisher.publishNow()).rejects.toBe(locked)
    expect(device.datasets.held.size).toBe(1)
    const unlocked = openOwner(device)
    await unlocked.publisher.publishNow()
    expect(await publishedArchives(unlocked)).toHaveLength(1)
  })
})

describe('the index before', () => {
  it('is removed only after somebody took the new link', async () => {
    let takers = 0
    const device = await ownerDevice()
    const owner = openOwner(device, { announce: async () => takers })
    await say(owner, 1)
    await pass(owner, WEEK)
    await owner.publisher.publishNow()
    await say(owner, 7 * 24 + 1)
    await pass(owner, WEEK)
    await owner.publisher.publishNow()
    const [first, second] = owner.links.map(({ indexCid }) => indexCid.toString())
    expect([device.datasets.held.has(first ?? ''), device.datasets.held.has(second ?? '')]).toEqual([true, true])

    takers = 1
    const again = openOwner(device)
    await again.publisher.start()
    again.clock.sleepers = 1
    await again.clock.quiet()
    expect([device.datasets.held.has(first ?? ''), device.datasets.held.has(second ?? '')]).toEqual([false, true])
    await again.publisher.stop()
    expect(device.datasets.held.has(second ?? '')).toBe(true)
  })

  it('is fetched where another device of the owner’s published it, so that nothing older is lost', async () => {
    const network = new MemoryDatasetNetwork()
    const first = openOwner(await ownerDevice(network))
    await say(first, 1)
    await pass(first, WEEK)
    await first.publisher.publishNow()
    const [link] = first.links

    const second = openOwner(await ownerDevice(network), { newestLink: (): AcceptedLink | undefined => link })
    await say(second, 1, 7 * 24 + 1)
    await pass(second, 2 * WEEK)
    await second.publisher.publishNow()
    const index = await second.datasets.read(parseManifestCid(second.announced[0]?.archiveLink ?? ''))
    const spans = readIndex(index).entries.map(({ fromSeconds }) => fromSeconds)
    expect(spans).toEqual([START_SECONDS + WEEK, START_SECONDS + HOUR])
    expect(second.links[0]?.clockMs).toBeGreaterThan(link?.clockMs ?? 0)
  })

  it('that nobody has stops the run, since the archives that it names would be lost', async () => {
    const elsewhere = await ownerWithOneWeek()
    const owner = openOwner(await ownerDevice(), { newestLink: () => elsewhere.links[0] })
    await say(owner, 7 * 24 + 1)
    await pass(owner, 2 * WEEK)
    await expect(owner.publisher.publishNow()).rejects.toMatchObject({ code: 'ERR_MANIFEST_NOT_FOUND' })
    expect(owner.announced).toEqual([])
  })
})
