/** What a member makes of links and indexes, by the cases of the archive manager of status-go (facts §6.5). */
import { beforeEach, describe, expect, it } from 'vitest'
import { parseManifestCid } from '../../codec/cid.ts'
import { QuireError } from '../../errors.ts'
import { encodeIndex } from '../archive/read-index.ts'
import { Member, NOBODY_HAS_IT, NOW_MS, Source, weekEntry, weekSpan } from '../testing/follower-fixture.ts'

let source: Source
let member: Member

beforeEach(async () => {
  source = new Source()
  member = new Member(source.network)
  await member.follower.start()
})

describe('a member', () => {
  it('looks for a link, and says how that goes', () => {
    member.follower.noteLooking({ askedPeers: 2 })
    expect(member.follower.state).toEqual({ state: 'looking', askedPeers: 2 })
    member.follower.noteLooking('nobody-has-link')
    expect(member.follower.state).toEqual({ state: 'waiting', reason: 'nobody-has-link' })
    expect(member.offer('')).toBe('nothing')
    expect(member.follower.state).toEqual({ state: 'nothing-published' })
    expect(member.datasets.fetched).toEqual([])
  })

  it('asks nobody for an index that is here already', async () => {
    const entries = await source.archives(0)
    await member.datasets.publish(encodeIndex(entries))
    for (const { cid } of entries) await member.datasets.publish(await source.datasets.read(cid))
    member.offer(await source.index(entries))
    await member.upToDate()
    expect(member.datasets.fetched).toEqual([])
    expect(member.heldWeeks).toEqual([0])
  })

  it('asks again for an index that nobody had, after a pause or when told to', async () => {
    const index = await source.index(await source.archives(0))
    source.network.leave(source.datasets)
    member.offer(index)
    await member.until(({ state }) => state === 'waiting')
    expect(member.follower.state).toEqual({ state: 'waiting', reason: 'nobody-has-index' })
    source.network.join(source.datasets)
    member.follower.retryNow()
    await member.upToDate()
    expect(member.datasets.fetched.filter((cid) => cid === index.toString())).toHaveLength(2)
  })

  it('leaves an index that is no longer wanted, without telling that it came', async () => {
    const [old, newer] = [await source.index(await source.archives(0)), await source.index(await source.archives(1))]
    member.datasets.fault = async (_options, cid) => (cid === old.toString() ? new Promise(() => undefined) : undefined)
    member.offer(old)
    await member.until(({ state }) => state === 'fetching-index')
    member.offer(newer)
    await member.upToDate()
    expect(
      member.events.filter((event) => event.type === 'signal' && event.signal.name === 'indexDownloadCompleted'),
    ).toEqual([{ type: 'signal', signal: { name: 'indexDownloadCompleted', indexCid: newer.toString() } }])
    expect(member.heldWeeks).toEqual([1])
  })

  it('keeps what it has when the index changes in the middle of fetching, and tells one download once', async () => {
    const entries = await source.archives(0, 1, 2)
    const stuck = new Set(entries.slice(0, 2).map(({ cid }) => cid.toString()))
    const areStuck = Promise.withResolvers<void>()
    member.datasets.fault = async (_options, cid) => {
      if (!stuck.delete(cid)) return
      if (stuck.size === 0) areStuck.resolve()
      await new Promise(() => undefined)
    }
    member.offer(await source.index(entries))
    await areStuck.promise
    expect(member.heldWeeks).toEqual([2])
    expect(member.signals.filter((name) => name === 'historyArchiveDownloaded')).toHaveLength(1)
    member.datasets.fault = undefined
    member.offer(await source.index(entries.slice(2)))
    await member.upToDate()
    expect(member.heldWeeks).toEqual([2])
    expect(member.datasets.running).toBe(0)
  })

  it('fetches an archive that another one has taken the place of: sets are compared, not numbers', async () => {
    const [first, second] = await source.archives(0, 1)
    if (first === undefined || second === undefined) throw new Error('two were made')
    member.offer(await source.index([first]))
    await member.upToDate()
    member.offer(await source.index([second]))
    await member.when(() => member.heldWeeks.length === 2 || undefined)
    await member.upToDate()
    expect(member.heldWeeks).toEqual([1, 0])
  })

  it('removes the index before once the new one is here, and no archive', async () => {
    const entries = await source.archives(0, 1)
    const before = await source.index(entries.slice(0, 1))
    member.offer(before)
    await member.upToDate()
    const after = await source.index(entries)
    member.offer(after)
    await member.when(() => member.heldWeeks.length === 2 || undefined)
    await member.upToDate()
    await member.follower.stop()
    expect(member.datasets.removed).toEqual([before.toString()])
    expect(member.datasets.held.has(after.toString())).toBe(true)
  })

  it('shows nothing of a link that is forged or old, and does not ask for it', async () => {
    member.offer(await source.index(await source.archives(0)))
    await member.upToDate()
    const asked = member.datasets.fetched.length
    const archiveLink = (await source.index(await source.archives(5))).toString()
    const stranger = {
      signer: `0x03${'cd'.repeat(32)}` as typeof member.follower.community,
      clockMs: NOW_MS,
      archiveLink,
    }
    expect(() => member.follower.offerLink(stranger)).toThrow(
      expect.objectContaining({ code: 'ERR_SIGNATURE_INVALID' }),
    )
    const old = { signer: member.follower.community, clockMs: 1, archiveLink }
    expect(() => member.follower.offerLink(old)).toThrow(expect.objectContaining({ code: 'ERR_LINK_OLD' }))
    await member.restart()
    expect(() => member.follower.offerLink(old)).toThrow(expect.objectContaining({ code: 'ERR_LINK_OLD' }))
    expect(member.datasets.fetched).toHaveLength(asked)
  })

  it('tells of thousands of new archives at once, and holds two of one week apart', async () => {
    member.follower.setKeep({ kind: 'viewed' })
    const chunks = [await source.archive(0, 100), await source.archive(0, 200)]
    const others = Array.from({ length: 2_000 }, (_, week) =>
      weekEntry(week + 1, chunks[0]?.cid ?? parseManifestCid('')),
    )
    member.offer(await source.index([...chunks, ...others]))
    await member.upToDate()
    expect(member.events.filter(({ type }) => type === 'archives')).toHaveLength(1)
    await member.follower.fetchSpan(weekSpan(0))
    expect(member.heldWeeks).toEqual([0, 0])
    expect(member.follower.heldBytes).toBe(300)
  })

  it('is not shut out by a clock of a description that lies beyond all time', async () => {
    for (const clockMs of [2 ** 53, Number.MAX_SAFE_INTEGER, Number.POSITIVE_INFINITY])
      member.follower.raiseFloor(clockMs)
    const archiveLink = (await source.index(await source.archives(0))).toString()
    const signer = member.follower.community
    const offer = (clockMs: number): string => member.follower.offerLink({ signer, clockMs, archiveLink })
    expect(() => offer(2 ** 53)).toThrow(expect.objectContaining({ code: 'ERR_ENVELOPE_INVALID' }))
    expect(offer(NOW_MS)).toBe('accept')
    await member.upToDate()
  })

  it('follows no index that is huge or none, and says so', async () => {
    const huge = await source.datasets.publish(new Uint8Array(8_388_609))
    member.offer(huge)
    const state = await member.until(({ state: name }) => name === 'failed')
    expect(state).toMatchObject({ error: { code: 'ERR_ARCHIVE_TOO_LARGE' } })
    expect(member.datasets.held.size).toBe(0)
    member.offer(await source.datasets.publish(Uint8Array.of(0x0a, 0xff)))
    const damaged = await member.until((next) => next.state === 'failed' && next.error.code === 'ERR_INDEX_INVALID')
    expect(damaged.state).toBe('failed')
    member.offer(await source.index(await source.archives(0)))
    await member.upToDate()
  })

  it('waits for the key of a sealed index, and goes on when it is added', async () => {
    const keyId = `0x${'77'.repeat(32)}`
    member.unseal = async () => {
      throw new QuireError('ERR_GROUP_KEY_MISSING', 'It is sealed.', { details: { keyId } })
    }
    member.offer(await source.index(await source.archives(0)))
    await member.until(({ state }) => state === 'waiting')
    expect(member.follower.state).toEqual({ state: 'waiting', reason: 'missing-key' })
    expect(member.follower.missingKeyIds).toEqual([keyId])
    member.unseal = async (bytes) => bytes
    member.follower.keysChanged()
    await member.upToDate()
    expect(member.follower.missingKeyIds).toEqual([])
  })

  it('shows what opens, names the key of what does not, and reads that when the key is added', async () => {
    const keyId = `0x${'88'.repeat(32)}`
    member.reader.outcome = (week) =>
      week === 0
        ? { outcome: 'missing-key', missingKeyIds: [keyId] }
        : { outcome: 'read', messageCount: 3, missingKeyIds: week === 1 ? [keyId] : [] }
    member.offer(await source.index(await source.archives(0, 1, 2)))
    await member.until(({ state }) => state === 'waiting')
    expect(member.follower.archives.map(({ state }) => state)).toEqual(['held', 'held', 'missing-key'])
    expect(member.follower.missingKeyIds).toEqual([keyId])
    member.reader.readWeeks.length = 0
    member.reader.outcome = undefined
    member.follower.keysChanged()
    await member.upToDate()
    expect(member.reader.readWeeks).toEqual([1, 0])
    expect(member.follower.missingKeyIds).toEqual([])
  })

  it('fetches again what somebody freed behind its back', async () => {
    const entries = await source.archives(0, 1)
    member.offer(await source.index(entries))
    await member.upToDate()
    await member.datasets.remove(entries[0]?.cid ?? parseManifestCid(''))
    member.datasets.fetched.length = 0
    await member.restart()
    await member.when(() => member.datasets.fetched.length > 0 || undefined)
    await member.upToDate()
    expect(member.datasets.fetched).toEqual([entries[0]?.cid.toString()])
  })

  it('frees everything when it leaves for good', async () => {
    member.offer(await source.index(await source.archives(0, 1)))
    await member.upToDate()
    await member.follower.leave({ isDataRemoved: true })
    expect(member.datasets.held.size).toBe(0)
    expect(member.reader.forgotten).toEqual([1, 0])
    expect(member.settings.values.size).toBe(0)
    expect(member.signals.filter((name) => name === 'historyArchivesUnseeded')).toHaveLength(1)
    expect(member.signals.at(-1)).toBe('historyArchivesUnseeded')
  })

  it('tells why an index did not come to those who wait for a week', async () => {
    member.datasets.fault = () => {
      throw NOBODY_HAS_IT
    }
    member.offer(await source.index(await source.archives(0)))
    const waiting = member.follower.fetchSpan({ fromMs: 0, toMs: NOW_MS })
    await expect(waiting).rejects.toBe(NOBODY_HAS_IT)
  })
})
