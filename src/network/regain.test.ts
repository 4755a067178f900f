import { describe, expect, it } from 'vitest'
import {
  addressOf,
  nextChange,
  portOf,
  startKeeper,
  startNetwork,
  untilReserved,
  untilStatus,
} from './testing/network-fixture.ts'
import { generatePrivateKey } from './peer-identity.ts'

const WEB_SOCKET = { listen: ['/ip4/127.0.0.1/tcp/0/ws'] }
const QUICK = { regain: { pausesMs: [0, 10, 10, 50, 200, 1_000] } }
const RELAYED = { ...QUICK, relayed: { patienceMs: { outbound: 0, inbound: 0 } } }

describe('a peer that left and is wanted back', () => {
  it('is dialled where it was', async () => {
    const peer = await startNetwork({ node: WEB_SOCKET })
    const network = await startNetwork(QUICK)
    await network.connect([addressOf(peer)])
    await untilStatus(peer, () => peer.joinedPeers().length === 1)
    const left = nextChange(network, 'left', peer.peerId)
    for (const connection of peer.libp2p.getConnections()) connection.abort(new Error('cut'))
    await left
    const joined = nextChange(network, 'joined', peer.peerId)

    network.regain(peer.peerId)

    expect(await joined).toEqual({ type: 'joined', peer: peer.peerId })
  })

  it('is dialled until it is back', async () => {
    const privateKey = await generatePrivateKey()
    const first = await startNetwork({ privateKey, node: WEB_SOCKET })
    const address = addressOf(first)
    const network = await startNetwork(QUICK)
    await network.connect([address])
    const left = nextChange(network, 'left', first.peerId)
    await first.stop()
    await left
    const joined = nextChange(network, 'joined', first.peerId)

    network.regain(first.peerId)
    await startNetwork({ privateKey, node: { listen: [`/ip4/127.0.0.1/tcp/${portOf(address)}/ws`] } })

    expect(await joined).toEqual({ type: 'joined', peer: first.peerId })
  })

  it('is reached again through its relay after the relay has restarted', async () => {
    const privateKey = await generatePrivateKey()
    const keeper = await startKeeper({ privateKey })
    const address = addressOf(keeper)
    const peer = await startNetwork({ keepers: [address] })
    const network = await startNetwork({ ...RELAYED, keepers: [address] })
    const { addresses } = await untilReserved(peer)
    await network.connect(addresses)
    const left = nextChange(network, 'left', peer.peerId)
    await keeper.stop()
    await left
    const joined = nextChange(network, 'joined', peer.peerId)

    network.regain(peer.peerId)
    await startKeeper({ privateKey, port: portOf(address) })

    await joined
    expect(network.pathTo(peer.peerId)).toMatchObject({ kind: 'relayed' })
  })

  it('is let be where it broke the rules', async () => {
    const peer = await startNetwork({ node: WEB_SOCKET })
    const network = await startNetwork(QUICK)
    await network.connect([addressOf(peer)])
    const dialled: unknown[] = []
    await network.drop(peer.peerId, 'sent a bad block')
    network.libp2p.addEventListener('connection:open', ({ detail }) => dialled.push(detail))

    network.regain(peer.peerId)
    await startNetwork({ node: WEB_SOCKET })

    expect(dialled).toEqual([])
    expect(network.joinedPeers()).toEqual([])
  })
})
