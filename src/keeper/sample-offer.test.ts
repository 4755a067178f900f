import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { CommunityId } from '../history/ids.ts'
import { KeeperClient } from './keeper-client.ts'
import { readRunningNote } from './running-note.ts'
import { type Sample, SampleOffer } from './sample-offer.ts'
import { rawRequest } from './testing/http-server.ts'
import { startKeeper } from './testing/started-keeper.ts'
import { temporaryFolder } from './testing/temporary-folder.ts'

const COMMUNITY = `0x02${'ab'.repeat(32)}` as CommunityId
/** As if somebody had shown the keeper what the community’s key signed. */
const SERVED = { communities: [COMMUNITY] }
const OFFER = { community: COMMUNITY, name: 'The Gathering', messages: 3000, weeks: 12 }

async function clientOf(dataDir: string): Promise<{ client: KeeperClient; token: string }> {
  const note = await readRunningNote(dataDir)
  if (note === undefined) throw new Error('The keeper left no note.')
  return { client: new KeeperClient(note), token: note.token }
}

async function sampleWithIndex(client: KeeperClient): Promise<Sample> {
  const { manifestCid } = await client.add(once(new Uint8Array(1000).fill(7)))
  return { ...OFFER, indexCid: manifestCid }
}

async function offeredAt(url: string): Promise<unknown> {
  return (await fetch(`${url}/sample.json`)).json()
}

describe('the sample that a keeper offers', () => {
  it('is none until one was published, and outlives a restart', async () => {
    const first = await startKeeper(SERVED)
    expect(await offeredAt(first.keeper.url)).toEqual({ sample: null })
    const { client } = await clientOf(first.dataDir)
    const sample = await sampleWithIndex(client)
    await client.offerSample(sample)
    const expected = { sample: { ...OFFER, index: sample.indexCid.toString() } }
    expect(await offeredAt(first.keeper.url)).toEqual(expected)
    await first.keeper.stop()

    const { keeper } = await startKeeper({ ...SERVED, dataDir: first.dataDir })
    expect(await offeredAt(keeper.url)).toEqual(expected)
    await keeper.stop()
    // Its place went to others.
    const another = await startKeeper({ dataDir: first.dataDir, maxCommunities: 0 })
    expect(await offeredAt(another.keeper.url)).toEqual({ sample: null })
  })

  it('is withdrawn with what it leads to, or when a program asks for it', async () => {
    const { keeper, dataDir } = await startKeeper(SERVED)
    const { client, token } = await clientOf(dataDir)
    const sample = await sampleWithIndex(client)
    await client.offerSample(sample)
    await client.remove(sample.indexCid)
    expect(await offeredAt(keeper.url)).toEqual({ sample: null })

    await client.offerSample(await sampleWithIndex(client))
    expect(await offeredAt(keeper.url)).toMatchObject({ sample: OFFER })
    const headers = { Authorization: `Bearer ${token}` }
    const answer = await rawRequest(keeper.url, '/api/storage/v1/sample', { method: 'DELETE', headers })
    expect(answer.status).toBe(204)
    expect(await offeredAt(keeper.url)).toEqual({ sample: null })
  })

  it('is set by who has the token alone, and only where it is one', async () => {
    const { keeper, dataDir } = await startKeeper(SERVED)
    const { client, token } = await clientOf(dataDir)
    const { indexCid } = await sampleWithIndex(client)
    const path = (changed: object): string => {
      const all = { ...OFFER, index: indexCid.toString(), ...changed }
      return `/api/storage/v1/sample?${new URLSearchParams(Object.entries(all).map(([key, value]) => [key, String(value)]))}`
    }
    const headers = { Authorization: `Bearer ${token}` }
    const put = (changed: object) => rawRequest(keeper.url, path(changed), { method: 'PUT', headers })
    expect((await rawRequest(keeper.url, path({}), { method: 'PUT' })).status).toBe(401)
    for (const bad of [
      { community: '0x04' },
      { name: ' ' },
      { name: 'x'.repeat(101) },
      { messages: 0 },
      { weeks: 1.5 },
      { messages: 1e10 },
      { index: 'zDv' },
    ]) {
      const { status, body } = await put(bad)
      expect([status, JSON.parse(body.toString())]).toMatchObject([422, { code: 'ERR_OPTION_INVALID' }])
    }
    expect(await offeredAt(keeper.url)).toEqual({ sample: null })
    expect((await put({})).status).toBe(200)
    expect(await offeredAt(keeper.url)).toMatchObject({ sample: OFFER })
  })

  it('is none where its file is not one that a keeper wrote', async () => {
    const dataDir = await temporaryFolder()
    const offer = new SampleOffer({ isHere: async () => true }, { dataDir })
    for (const text of ['', '{', '7', '{"community":"0x02"}']) {
      await writeFile(join(dataDir, 'sample.json'), text)
      await offer.load()
      expect(await offer.current()).toBeUndefined()
      expect(await readFile(join(dataDir, 'sample.json'), 'utf8')).toBe(text)
    }
  })
})

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield await Promise.resolve(bytes)
}
