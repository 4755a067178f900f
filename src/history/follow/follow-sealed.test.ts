/** An encrypted community from its owner to a member: real seals, and keys that come later. */
import { beforeEach, describe, expect, it } from 'vitest'
import { parseManifestCid } from '../../codec/cid.ts'
import { decodeArchive } from '../../codec/history/archive.ts'
import type { ArchiveEntry } from '../archive/archive-entry.ts'
import { readIndex } from '../archive/read-index.ts'
import { readSeal, sealArchive, unsealArchive } from '../crypto/archive-seal.ts'
import type { GroupKey } from '../crypto/hash-ratchet.ts'
import { fromHex, toHex } from '../crypto/hex.ts'
import type { CommunityId } from '../ids.ts'
import { GroupKeyRing } from '../keys/group-key-ring.ts'
import { FOLLOWED, Member, ReaderDouble } from '../testing/follower-fixture.ts'
import { MemoryDatasetNetwork } from '../testing/memory-datasets.ts'
import { MemoryHistorySettings } from '../testing/memory-history-settings.ts'
import { type Owner, openOwner, ownerDevice } from '../testing/publisher-fixture.ts'
import { HOUR, START_SECONDS, wakuMessage, WEEK } from '../testing/waku-messages.ts'
import type { ReadOutcome } from './archive-reader.ts'

const GROUP = fromHex(FOLLOWED)

/** Opens what it is given as the real one does, and counts messages. */
class UnsealingReader extends ReaderDouble {
  readonly #keys: GroupKeyRing
  messageCount = 0

  constructor(keys: GroupKeyRing) {
    super()
    this.#keys = keys
  }

  override async read(community: CommunityId, entry: ArchiveEntry, bytes: Uint8Array): Promise<ReadOutcome> {
    const { messages } = decodeArchive(await unsealArchive(bytes, this.#keys))
    await super.read(community, entry, bytes)
    this.messageCount += messages.length
    return { outcome: 'read', messageCount: messages.length, missingKeyIds: [] }
  }
}

let owner: Owner
let ownerKeys: GroupKeyRing
let memberKeys: GroupKeyRing
let reader: UnsealingReader
let member: Member
let current: GroupKey

beforeEach(async () => {
  const network = new MemoryDatasetNetwork()
  ownerKeys = new GroupKeyRing(new MemoryHistorySettings())
  memberKeys = new GroupKeyRing(new MemoryHistorySettings())
  current = await ownerKeys.ensure(GROUP, 1_000)
  owner = openOwner(await ownerDevice(network), {
    seal: async (bytes) => sealArchive(bytes, current, await ownerKeys.takeSeqNo(current.keyId)),
    unseal: async (bytes) => unsealArchive(bytes, ownerKeys),
  })
  reader = new UnsealingReader(memberKeys)
  member = new Member(network, { reader })
  member.unseal = async (bytes) => unsealArchive(bytes, memberKeys)
  await member.follower.start()
})

/** The owner says something in a week, and publishes it. */
async function publishWeek(week: number): Promise<void> {
  await owner.log.append([wakuMessage(START_SECONDS + week * WEEK + HOUR)])
  await owner.clock.advance(WEEK * 1000)
  await owner.publisher.publishNow()
}

function offerNewest(): void {
  member.offer(parseManifestCid(owner.announced.at(-1)?.archiveLink ?? ''))
}

async function handOver(): Promise<void> {
  await memberKeys.addText(ownerKeys.text(() => true))
  member.follower.keysChanged()
}

describe('an encrypted community', () => {
  it('shows nothing to whom its key is missing, names the key, and all of it once the key is added', async () => {
    await publishWeek(0)
    await publishWeek(1)
    offerNewest()
    await member.until(({ state }) => state === 'waiting')
    expect(member.follower.state).toEqual({ state: 'waiting', reason: 'missing-key' })
    expect(member.follower.missingKeyIds).toEqual([toHex(current.keyId)])
    expect(member.follower.archives).toEqual([])
    await handOver()
    await member.upToDate()
    expect(member.follower.missingKeyIds).toEqual([])
    expect([member.follower.archives.length, reader.messageCount]).toEqual([2, 2])
  })

  it('whose key was changed shows the weeks of the keys that are here, and the others when theirs come', async () => {
    await publishWeek(0)
    const first = current
    const [entry] = readIndex(await sealedIndex()).entries
    current = await newKey(2_000)
    await publishWeek(1)
    // The member was handed the second key alone: it opens the index and the second week.
    const records = new GroupKeyRing(new MemoryHistorySettings())
    await records.addText(ownerKeys.text(() => true))
    memberKeys.get = (keyId) => (toHex(keyId) === toHex(first.keyId) ? undefined : records.get(keyId))
    offerNewest()
    await member.until(({ state }) => state === 'waiting')
    expect(member.follower.archives.map(({ state }) => state)).toEqual(['held', 'missing-key'])
    expect(member.follower.missingKeyIds).toEqual([toHex(first.keyId)])
    await expect(
      member.follower.fetchSpan({ fromMs: START_SECONDS * 1000, toMs: (START_SECONDS + WEEK) * 1000 }),
    ).rejects.toMatchObject({ code: 'ERR_GROUP_KEY_MISSING', details: { keyId: toHex(first.keyId) } })
    // Another page, the same archives: it still waits for that key, and asks for nothing again.
    await member.restart()
    expect(member.follower.missingKeyIds).toEqual([toHex(first.keyId)])
    const asked = member.datasets.fetched.length
    memberKeys.get = records.get.bind(records)
    member.follower.keysChanged()
    await member.upToDate()
    expect(member.follower.archives.map(({ state }) => state)).toEqual(['held', 'held'])
    expect(member.datasets.fetched).toHaveLength(asked)
    expect(member.follower.archives.at(-1)?.entry.id).toBe(entry?.id)
  })

  it('lets nobody without the key read an archive or the index', async () => {
    await publishWeek(0)
    for (const bytes of owner.datasets.held.values()) expect(readSeal(bytes)?.hashRatchet?.keyId).toEqual(current.keyId)
  })

  it('reads an archive again where the key came in the middle of reading it', async () => {
    await publishWeek(0)
    await memberKeys.addText(ownerKeys.text(() => true))
    const isRead = Promise.withResolvers<void>()
    const goOn = Promise.withResolvers<void>()
    reader.outcome = async () => {
      isRead.resolve()
      await goOn.promise
      return { outcome: 'read', messageCount: 0, missingKeyIds: ['0x11'] }
    }
    offerNewest()
    await isRead.promise
    reader.outcome = undefined
    member.follower.keysChanged()
    goOn.resolve()
    await member.upToDate()
    expect(reader.readWeeks).toHaveLength(2)
    expect(member.follower.missingKeyIds).toEqual([])
  })
})

async function sealedIndex(): Promise<Uint8Array> {
  const cid = parseManifestCid(owner.announced.at(-1)?.archiveLink ?? '')
  return unsealArchive(await owner.datasets.read(cid), ownerKeys)
}

/** A member was removed: what comes from now on is sealed with another key. */
async function newKey(timestampMs: number): Promise<GroupKey> {
  const other = new GroupKeyRing(new MemoryHistorySettings())
  const key = await other.ensure(GROUP, timestampMs)
  await ownerKeys.addText(other.text(() => true))
  return key
}
