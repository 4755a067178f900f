import { describe, expect, it } from 'vitest'
import { addressOf, portOf, startKeeper, startNetwork, untilReserved } from './testing/network-fixture.ts'
import type { QuireNetwork } from './quire-network.ts'
import { type WhyUnreached, whyUnreached } from './unreached.ts'

const WEB_SOCKET = { listen: ['/ip4/127.0.0.1/tcp/0/ws'] }

async function whyNot(network: QuireNetwork, addresses: readonly string[]): Promise<readonly WhyUnreached[]> {
  await expect(network.connect(addresses)).rejects.toMatchObject({ code: 'ERR_DIAL_FAILED' })
  return network.status().unreached.map(({ why }) => why)
}

describe('the peers that were not reached', () => {
  it('are offline where the relay knows them no more', async () => {
    const keeper = await startKeeper()
    const gone = await startNetwork({ keepers: [addressOf(keeper)] })
    const { addresses } = await untilReserved(gone)
    await gone.stop()
    const asker = await startNetwork()

    expect(await whyNot(asker, addresses)).toEqual(['offline'])
  })

  it('wait behind a relay that is down', async () => {
    const keeper = await startKeeper()
    const peer = await startNetwork({ keepers: [addressOf(keeper)] })
    const { addresses } = await untilReserved(peer)
    await keeper.stop()

    expect(await whyNot(await startNetwork(), addresses)).toEqual(['relay-down'])
  })

  it('are somebody else', async () => {
    const [named, actual] = [await startNetwork(), await startNetwork({ node: WEB_SOCKET })]
    const lie = `/ip4/127.0.0.1/tcp/${portOf(addressOf(actual))}/ws/p2p/${named.peerId}`

    expect(await whyNot(await startNetwork(), [lie])).toEqual(['somebody-else'])
  })

  it('have no address that can be dialled here', async () => {
    const peer = await startNetwork()

    expect(await whyNot(await startNetwork(), [`/ip4/203.0.113.1/udp/1/quic-v1/p2p/${peer.peerId}`])).toEqual([
      'not-dialable',
    ])
  })

  it('do not answer', async () => {
    const peer = await startNetwork({ node: WEB_SOCKET })
    const address = addressOf(peer)
    await peer.stop()

    expect(await whyNot(await startNetwork(), [address])).toEqual(['no-answer'])
  })

  it('are forgotten once they are reached', async () => {
    const peer = await startNetwork({ node: WEB_SOCKET })
    const asker = await startNetwork()
    await whyNot(asker, [`/ip4/127.0.0.1/tcp/1/ws/p2p/${peer.peerId}`])

    await asker.connect([addressOf(peer)])

    expect(asker.status().unreached).toEqual([])
  })

  it('are behind a full relay where one says so, whatever another says', () => {
    const errors = ['NO_RESERVATION', 'RESOURCE_LIMIT_EXCEEDED'].map(
      (status) => new Error(`failed with status ${status}`),
    )
    const nested = new Error('outer', { cause: new AggregateError(errors) })

    expect(whyUnreached(nested)).toBe('relay-full')
  })
})
