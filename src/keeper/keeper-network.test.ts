import { createHash, randomBytes } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import type { Keeper } from './keeper.ts'
import { KeeperClient } from './keeper-client.ts'
import { readRunningNote } from './running-note.ts'
import { startKeeper } from './testing/started-keeper.ts'

async function clientOf(dataDir: string): Promise<KeeperClient> {
  const note = await readRunningNote(dataDir)
  if (note === undefined) throw new Error('no keeper runs')
  return new KeeperClient(note)
}

describe('keepers among themselves', () => {
  it('fetch for one another what their clients ask for, and hold it from then on', async () => {
    const first = await startKeeper()
    const second = await startKeeper({ join: first.keeper.addresses.filter((address) => !address.includes('/ws')) })
    const content = randomBytes(3_000_000)
    const holder = await clientOf(first.dataDir)
    const reader = await clientOf(second.dataDir)
    const { manifestCid: cid } = await holder.add(asStream(content), { filename: 'noise.bin' })

    const hash = createHash('sha256')
    const manifest = await reader.findManifest(cid)
    await reader.copyContent({ cid, manifest }, (piece) => void hash.update(piece))

    expect(hash.digest('hex')).toBe(createHash('sha256').update(content).digest('hex'))
    expect(await reader.list()).toMatchObject([{ cid: cid.toString(), haveCount: 46, blockCount: 46, origin: 'fetch' }])
    // Directly, not through the relay that both of them are.
    expect(first.keeper.figures().relay.circuits + second.keeper.figures().relay.circuits).toBe(0)
  })
})

describe('a keeper that pins a dataset', () => {
  it('fetches it over TCP by itself, holds it, and lets it go when it is unpinned', async () => {
    const first = await startKeeper()
    const second = await startKeeper()
    const holder = await clientOf(first.dataDir)
    const pinning = await clientOf(second.dataDir)
    const content = randomBytes(3_000_000)
    const { manifestCid: cid } = await holder.add(asStream(content), { filename: 'noise.bin' })

    const { sizeBytes } = await pinning.pin(cid, { addresses: [tcpOf(first.keeper)] })
    await expect
      .poll(() => pinning.progress(cid), { timeout: 20_000 })
      .toEqual({ active: false, received: 46, total: 46, bytes: 3_000_000, error: null })

    expect(sizeBytes).toBe(3_000_000)
    await first.keeper.stop()
    const hash = createHash('sha256')
    const manifest = await pinning.findManifest(cid)
    await pinning.copyContent({ cid, manifest }, (piece) => void hash.update(piece))
    expect(hash.digest('hex')).toBe(createHash('sha256').update(content).digest('hex'))
    await pinning.remove(cid)
    expect(await pinning.list()).toEqual([])
    await expect(pinning.progress(cid)).rejects.toMatchObject({ code: 'ERR_DATASET_NOT_FOUND' })
  })

  it('goes on with it after a restart, though nobody asks again', async () => {
    const first = await startKeeper({ uploadBytesPerSecond: 700_000 })
    const second = await startKeeper()
    const holder = await clientOf(first.dataDir)
    const { manifestCid: cid } = await holder.add(asStream(randomBytes(3_000_000)), {})
    const pinning = await clientOf(second.dataDir)
    await pinning.pin(cid, { addresses: [tcpOf(first.keeper)] })
    await expect.poll(async () => (await pinning.progress(cid)).received, { timeout: 20_000 }).toBeGreaterThan(0)

    await second.keeper.stop()
    await startKeeper({ dataDir: second.dataDir })
    const again = await clientOf(second.dataDir)
    const { received, active } = await again.progress(cid)

    expect(received).toBeLessThan(46)
    expect(active).toBe(true)
    await expect
      .poll(() => again.progress(cid), { timeout: 25_000 })
      .toMatchObject({ active: false, received: 46, total: 46 })
  })
})

function tcpOf(keeper: Keeper): string {
  return keeper.addresses.find((address) => !address.includes('/ws')) ?? ''
}

async function* asStream(content: Uint8Array): AsyncGenerator<Uint8Array> {
  yield content
}
