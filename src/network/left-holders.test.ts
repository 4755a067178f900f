import { describe, expect, it, vi } from 'vitest'
import { manifestCidFromDigest } from '../codec/cid.ts'
import type { QuireNetwork } from './quire-network.ts'
import { addressOf, startKeeper, startNetwork, untilReserved } from './testing/network-fixture.ts'

const MANIFEST = manifestCidFromDigest(new Uint8Array(32).fill(8))

/** As a page: it waits behind its keepers, and has no other address. */
async function holderBehind(...keepers: readonly QuireNetwork[]): Promise<QuireNetwork> {
  const holder = await startNetwork({ keepers: keepers.map(addressOf) })
  await untilReserved(holder)
  await holder.provide(MANIFEST)
  return holder
}

/** Whom a keeper names. */
async function told(keeper: QuireNetwork): Promise<string[]> {
  const peers: string[] = []
  for await (const { id } of keeper.libp2p.services.discovery.find(MANIFEST, [])) peers.push(id.toString())
  return peers
}

describe('a keeper that is asked for holders', () => {
  it('does not name a page that was closed', async () => {
    const keeper = await startKeeper()
    const [left, there] = [await holderBehind(keeper), await holderBehind(keeper)]
    await vi.waitUntil(async () => (await told(keeper)).length === 2)

    await left.stop()
    await vi.waitUntil(async () => (await told(keeper)).length === 1)
    expect(await told(keeper)).toEqual([there.peerId])
  })

  it('names one that is not here where another keeper may know it', async () => {
    const [keeper, other] = [await startKeeper(), await startKeeper()]
    const holder = await holderBehind(keeper, other)
    await vi.waitUntil(async () => (await addressesAt(keeper, holder)).length === 2)
    await keeper.libp2p.hangUp(holder.libp2p.peerId)

    expect(keeper.libp2p.getConnections(holder.libp2p.peerId)).toEqual([])
    expect(await told(keeper)).toEqual([holder.peerId])
  })
})

async function addressesAt(keeper: QuireNetwork, { libp2p }: QuireNetwork): Promise<readonly unknown[]> {
  return (await keeper.libp2p.peerStore.get(libp2p.peerId)).addresses
}
