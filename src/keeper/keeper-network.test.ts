import { createHash, randomBytes } from 'node:crypto'
import { describe, expect, it } from 'vitest'
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

async function* asStream(content: Uint8Array): AsyncGenerator<Uint8Array> {
  yield content
}
