import { peerIdFromString } from '@libp2p/peer-id'
import { describe, expect, it, vi } from 'vitest'
import { connectPeer } from './connect-peer.ts'
import type { QuireNetwork } from './quire-network.ts'
import { addressOf, startKeeper, startNetwork, untilStatus } from './testing/network-fixture.ts'

const LISTENING = { node: { listen: ['/ip4/127.0.0.1/tcp/0'] } }
const STRANGER = '16Uiu2HAmNvnTnbZ6MHpnVkiXYGbiQiHCVLkFnLFYMVTRvXoYZ6uo'
const INVALID = { name: 'QuireError', code: 'ERR_ARGUMENT_INVALID' }

const withoutId = (address: string): string => address.slice(0, address.indexOf('/p2p/'))
const isConnected = (network: QuireNetwork, to: QuireNetwork): boolean => network.joinedPeers().includes(to.peerId)

/** Resolves when a network knows what another one speaks and where it listens. */
function untilIdentified({ libp2p }: QuireNetwork, { peerId }: QuireNetwork): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  const check = async (): Promise<void> => {
    const known = await libp2p.peerStore.get(peerIdFromString(peerId)).catch(() => undefined)
    if (known !== undefined && known.protocols.length > 0) resolve()
  }
  libp2p.addEventListener('peer:identify', check)
  void check()
  return promise
}

describe('connectPeer', () => {
  it('takes an address that ends with the peer, or its id with addresses that need not', async () => {
    const other = await startNetwork(LISTENING)
    const [first, second] = [await startNetwork(), await startNetwork()]
    expect(await connectPeer(first, addressOf(other))).toBe(other.peerId)
    const addresses = [withoutId(addressOf(other))]
    expect(await connectPeer(second, other.peerId, { addresses })).toBe(other.peerId)
    expect([isConnected(first, other), isConnected(second, other)]).toEqual([true, true])
  })

  it('takes the connection that is there', async () => {
    const other = await startNetwork(LISTENING)
    const network = await startNetwork()
    await connectPeer(network, addressOf(other))
    const connect = vi.spyOn(network, 'connect')
    expect(await connectPeer(network, other.peerId)).toBe(other.peerId)
    expect(connect).not.toHaveBeenCalled()
  })

  it('goes by the id alone where the peer was before', async () => {
    const other = await startNetwork(LISTENING)
    const network = await startNetwork()
    await connectPeer(network, addressOf(other))
    const parted = untilStatus(network, () => !isConnected(network, other))
    await network.libp2p.hangUp(peerIdFromString(other.peerId))
    await parted
    expect(await connectPeer(network, other.peerId)).toBe(other.peerId)
    expect(isConnected(network, other)).toBe(true)
  })

  it('asks the network where a peer is of which it has only the id', async () => {
    const keeper = await startKeeper()
    const keepers = [addressOf(keeper)]
    const other = await startNetwork({ ...LISTENING, keepers })
    const network = await startNetwork({ keepers })
    await Promise.all([untilIdentified(keeper, other), untilIdentified(network, keeper)])
    expect(await connectPeer(network, other.peerId)).toBe(other.peerId)
    expect(isConnected(network, other)).toBe(true)
  })

  it('refuses what names no peer, itself, and an address of somebody else', async () => {
    const network = await startNetwork(LISTENING)
    const other = addressOf(await startNetwork(LISTENING))
    const refused: [string, string[]?][] = [
      ['nobody'],
      [''],
      ['/ip4/127.0.0.1/tcp/1'],
      [network.peerId],
      [addressOf(network)],
      [STRANGER, ['not an address']],
      [STRANGER, [other]],
    ]
    for (const [peer, addresses] of refused) {
      await expect(connectPeer(network, peer, { addresses })).rejects.toMatchObject(INVALID)
    }
  })

  it('says that it could not reach a peer, and stops when it is told to', async () => {
    const network = await startNetwork()
    const failed = { code: 'ERR_DIAL_FAILED' }
    await expect(connectPeer(network, STRANGER)).rejects.toMatchObject(failed)
    await expect(connectPeer(network, `/ip4/127.0.0.1/tcp/1/p2p/${STRANGER}`)).rejects.toMatchObject(failed)
    const signal = AbortSignal.abort('enough')
    await expect(connectPeer(network, STRANGER, { signal })).rejects.toBe('enough')
  })
})
