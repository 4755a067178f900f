import { describe, expect, it } from 'vitest'
import { addressOf, nextChange, startKeeper, startNetwork, untilReserved } from './testing/network-fixture.ts'

const WEB_SOCKET = { listen: ['/ip4/127.0.0.1/tcp/0/ws'] }
const TCP = { listen: ['/ip4/127.0.0.1/tcp/0'] }

describe('connect', () => {
  it('reaches all who can be reached, over WebSocket and TCP', async () => {
    const [first, second, reader] = await Promise.all([
      startNetwork({ node: WEB_SOCKET }),
      startNetwork({ node: TCP }),
      startNetwork(),
    ])

    const reached = await reader.connect([addressOf(first), addressOf(second)])

    expect(reached.toSorted()).toEqual([first.peerId, second.peerId].toSorted())
    expect(reader.joinedPeers().toSorted()).toEqual(reached.toSorted())
    expect(reader.peers().find(({ peer }) => peer === second.peerId)?.transport).toBe('tcp')
  })

  it('tries the other addresses of a peer when one fails', async () => {
    const peer = await startNetwork({ node: WEB_SOCKET })
    const reader = await startNetwork()

    const reached = await reader.connect([`/ip4/127.0.0.1/tcp/1/ws/p2p/${peer.peerId}`, addressOf(peer)])

    expect(reached).toEqual([peer.peerId])
  })

  it('asks the relay that it is connected to first, not one that is down', async () => {
    const keeper = await startKeeper()
    const down = await startKeeper()
    const peer = await startNetwork({ keepers: [addressOf(keeper)] })
    const reader = await startNetwork({ keepers: [addressOf(keeper)], dialer: { upgradeTimeoutMs: 50 } })
    await Promise.all([peer, reader].map(untilReserved))
    const throughDown = `${addressOf(down)}/p2p-circuit/p2p/${peer.peerId}`
    const dialled: string[] = []
    down.onPeerChange(({ peer: visitor }) => dialled.push(visitor))

    await expect(reader.connect([throughDown, ...peer.status().addresses])).rejects.toMatchObject({
      code: 'ERR_DIAL_FAILED',
    })

    expect(reader.peers().map(({ peer: id }) => id)).toContain(peer.peerId)
    expect(dialled).toEqual([])
  })

  it('passes over texts that are no addresses, name no peer, or name this node', async () => {
    const peer = await startNetwork({ node: WEB_SOCKET })
    const reader = await startNetwork({ node: WEB_SOCKET })
    const hints = [
      '',
      'garbage',
      '/ip4/300.1.1.1/tcp/1',
      '/ip4/127.0.0.1/tcp/1/ws/p2p/nobody',
      '/ip4/127.0.0.1/tcp/1/ws',
      addressOf(reader),
      addressOf(peer),
    ]

    expect(await reader.connect(hints)).toEqual([peer.peerId])
  })

  it('says that a link names no device', async () => {
    const reader = await startNetwork()

    await expect(reader.connect(['garbage'])).rejects.toMatchObject({ code: 'ERR_DIAL_FAILED', details: { peers: 0 } })
  })

  it('says why each device could not be reached', async () => {
    const [gone, reader] = await Promise.all([startNetwork({ node: WEB_SOCKET }), startNetwork()])
    const address = addressOf(gone)
    await gone.stop()

    const failure = reader.connect([address, `/ip4/127.0.0.1/tcp/1/ws/p2p/${(await startNetwork()).peerId}`])

    await expect(failure).rejects.toMatchObject({ code: 'ERR_DIAL_FAILED', details: { peers: 2 } })
    const { cause } = await failure.then(
      () => new Error('It did not fail.'),
      (error: unknown) => (error instanceof Error ? error : new Error(String(error))),
    )
    expect(cause).toBeInstanceOf(AggregateError)
    const errors = cause instanceof AggregateError ? cause.errors.map(String) : []
    expect(errors).toEqual([expect.stringContaining('ECONNREFUSED'), expect.stringContaining('ECONNREFUSED')])
  })

  it('does not dial a peer that is connected already', async () => {
    const peer = await startNetwork({ node: WEB_SOCKET })
    const reader = await startNetwork()
    await reader.connect([addressOf(peer)])

    const reached = await reader.connect([`/ip4/127.0.0.1/tcp/1/ws/p2p/${peer.peerId}`])

    expect(reached).toEqual([peer.peerId])
  })

  it('ends with the reason of the signal, and keeps whom it reached', async () => {
    const peer = await startNetwork({ node: WEB_SOCKET })
    const silent = await startNetwork({ node: WEB_SOCKET })
    const reader = await startNetwork()
    const address = addressOf(silent).replace(silent.peerId, (await startNetwork()).peerId)
    const controller = new AbortController()
    const reason = new Error('enough')
    const joined = nextChange(reader, 'joined', peer.peerId).then(() => controller.abort(reason))

    const connecting = reader.connect([addressOf(peer), address], { signal: controller.signal })

    await expect(connecting).rejects.toBe(reason)
    await joined
    expect(reader.joinedPeers()).toContain(peer.peerId)
  })
})
