import { describe, expect, it } from 'vitest'
import { parseManifestCid } from '../../codec/cid.ts'
import { readIndex } from '../archive/read-index.ts'
import { archived, chatBody, START_MS, testCommunity } from '../message/testing/people.ts'
import { decodeSearchIndex, searchPublished } from '../search/published-search-index.ts'
import { openOwner, ownerDevice, type Owner, type OwnerDevice } from '../testing/publisher-fixture.ts'
import { DAY } from '../testing/waku-messages.ts'

const OWNED = await testCommunity()

async function said(device: OwnerDevice, text: string): Promise<void> {
  const atMs = device.clock.nowMs()
  const body = chatBody(OWNED.channel, { text, clockMs: atMs, timestampMs: atMs })
  await device.log.append([await archived(OWNED, body, { signer: OWNED.ann, atMs })])
  await device.clock.advance(DAY * 1000)
}

async function entriesOf(owner: Owner) {
  const link = owner.announced.at(-1)?.archiveLink ?? ''
  return readIndex(await owner.datasets.read(parseManifestCid(link))).entries
}

/** Once the newest index is as `isIt` says. */
async function untilIndex(
  owner: Owner,
  isIt: (entries: Awaited<ReturnType<typeof entriesOf>>) => boolean,
): Promise<Awaited<ReturnType<typeof entriesOf>>> {
  for (;;) {
    const entries = await entriesOf(owner)
    if (isIt(entries)) return entries
    await new Promise((resolve) => setImmediate(resolve))
  }
}

function open(device: OwnerDevice, isSearchPublished: boolean, changes: object = {}): Owner {
  return openOwner(device, { community: OWNED.id, isSearchPublished, ...changes })
}

describe('search indexes of archives', () => {
  it('are published with an archive, and find its messages', async () => {
    const device = await ownerDevice()
    const owner = open(device, true)
    await said(device, 'The reading room is upstairs')
    await owner.publisher.publishNow()
    const [entry] = await entriesOf(owner)
    if (entry?.searchCid === undefined) throw new Error('There is none.')
    const index = decodeSearchIndex(await device.datasets.read(entry.searchCid), entry.id)
    expect(searchPublished(index, { text: 'upst' })).toMatchObject([{ channelId: OWNED.channel, atMs: START_MS }])
  })

  it('come to archives that were published without, and go again, as the owner says', async () => {
    const device = await ownerDevice()
    const owner = open(device, false)
    await said(device, 'one')
    await owner.publisher.publishNow()
    const [before] = await entriesOf(owner)
    expect(before?.searchCid).toBeUndefined()
    await owner.publisher.start()
    owner.publisher.setSearchPublished(true)
    const [after] = await untilIndex(owner, ([entry]) => entry?.searchCid !== undefined)
    expect(after).toMatchObject({ id: before?.id })
    expect(owner.announced.at(-1)?.clockMs).toBeGreaterThan(owner.announced[0]?.clockMs ?? Infinity)
    owner.publisher.setSearchPublished(false)
    await untilIndex(owner, ([entry]) => entry?.searchCid === undefined)
    await owner.publisher.stop()
    expect([...device.datasets.held.keys()]).not.toContain(after?.searchCid?.toString())
  })

  it('make the same index of the same messages on another device', async () => {
    const message = await archived(OWNED, chatBody(OWNED.channel), { signer: OWNED.ann })
    const links = await Promise.all(
      [1, 2].map(async () => {
        const device = await ownerDevice()
        const owner = open(device, true)
        await device.log.append([message])
        await device.clock.advance(DAY * 1000)
        await owner.publisher.publishNow()
        return owner.announced[0]?.archiveLink
      }),
    )
    expect(links[0]).toBe(links[1])
  })

  it('are sealed as the archive is', async () => {
    const device = await ownerDevice()
    const seal = async (bytes: Uint8Array): Promise<Uint8Array> => Uint8Array.of(0x5e, ...bytes)
    const owner = open(device, true, { seal, unseal: async (bytes: Uint8Array) => bytes.subarray(1) })
    await said(device, 'one')
    await owner.publisher.publishNow()
    expect([...device.datasets.held.values()].map((bytes) => bytes[0])).toEqual(
      Array.from(device.datasets.held, () => 0x5e),
    )
  })

  it('do not keep an archive from being published where they cannot be made', async () => {
    const device = await ownerDevice()
    const owner = open(device, true)
    await said(device, 'one')
    device.datasets.publishFault = (bytes) => {
      if (new TextDecoder().decode(bytes.subarray(0, 4)) === 'QSI1') throw new Error('There is no room.')
    }
    await owner.publisher.publishNow()
    expect(await entriesOf(owner)).toMatchObject([{ fromSeconds: START_MS / 1000 }])
    expect((await entriesOf(owner))[0]?.searchCid).toBeUndefined()
  })
})
