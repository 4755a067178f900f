import { describe, expect, it, vi } from 'vitest'
import type { QuireNetwork } from './quire-network.ts'
import { addressOf, startKeeper, startNetwork, untilReserved } from './testing/network-fixture.ts'
import { startTwo, subscribed, untilSubscribers } from './testing/pubsub-fixture.ts'

const TOPIC = '/waku/1/0x01020304/rfc26'
const TEXT = new TextEncoder().encode('hello')

describe('messages by topic', () => {
  it('come to whoever listens, with the peer that passed them on', async () => {
    const [a, b] = await startTwo()
    const heard = subscribed(b, TOPIC)
    await untilSubscribers(a, TOPIC, 1)

    const takers = await pubsubOf(a).publish(TOPIC, TEXT)

    expect(takers).toBe(1)
    expect(await heard.next()).toEqual({ message: TEXT, from: a.peerId })
  })

  it('go nowhere where nobody listens, without an error', async () => {
    const [a] = await startTwo()

    expect(await pubsubOf(a).publish(TOPIC, TEXT)).toBe(0)
  })

  it('are passed on by one who accepts them, and not by one who ignores them', async () => {
    const hub = await startKeeper()
    const [a, b] = await Promise.all([1, 2].map(() => startNetwork({ keepers: [addressOf(hub)] })))
    if (a === undefined || b === undefined) throw new Error('Two were started.')
    const judged = subscribed(hub, TOPIC, ({ message }) => (message[0] === 0 ? 'ignore' : 'accept'))
    const heard = subscribed(b, TOPIC)
    await Promise.all([untilSubscribers(a, TOPIC, 1), untilSubscribers(hub, TOPIC, 1)])

    await pubsubOf(a).publish(TOPIC, Uint8Array.of(0))
    expect((await judged.next()).message).toEqual(Uint8Array.of(0))
    // Until the hub has taken b into its mesh, once a second.
    const first = heard.next()
    await untilTaken(first, (round) => pubsubOf(a).publish(TOPIC, Uint8Array.of(1, round)))

    expect(await first).toMatchObject({ message: expect.objectContaining({ 0: 1 }), from: hub.peerId })
  })

  it('carry no name: neither the author’s peer id nor a number of theirs', async () => {
    const [a, b] = await startTwo()
    const heard = subscribed(b, TOPIC)
    await untilSubscribers(a, TOPIC, 1)
    const sent: Uint8Array[] = []
    const [connection] = a.libp2p.getConnections()
    for (const stream of connection?.streams ?? []) {
      const send = stream.send.bind(stream)
      stream.send = (data) => {
        sent.push(data.subarray())
        return send(data)
      }
    }

    await pubsubOf(a).publish(TOPIC, TEXT)
    await heard.next()

    const carrying = sent.filter((bytes) => Buffer.from(bytes).includes('hello'))
    expect(carrying).toHaveLength(1)
    const idBytes = Buffer.from(a.libp2p.peerId.toMultihash().bytes)
    expect(carrying.filter((bytes) => Buffer.from(bytes).includes(idBytes))).toEqual([])
  })

  it('are read no more of a peer whose messages were rejected again and again', async () => {
    const [b, bad] = await startTwo()
    const good = await startNetwork()
    await good.connect([addressOf(b)])
    const froms: string[] = []
    pubsubOf(b).subscribe(TOPIC, async (_message, from) => {
      froms.push(from)
      return from === bad.peerId ? 'reject' : 'accept'
    })
    await Promise.all([untilSubscribers(bad, TOPIC, 1), untilSubscribers(good, TOPIC, 1)])
    for (let i = 0; i < 8; i++) await pubsubOf(bad).publish(TOPIC, Uint8Array.of(9, i))
    await vi.waitUntil(() => froms.length === 8)

    // gossipsub looks at a score once a second.
    await vi.waitFor(async () => {
      const before = froms.length
      await pubsubOf(bad).publish(TOPIC, crypto.getRandomValues(new Uint8Array(8)))
      await pubsubOf(good).publish(TOPIC, crypto.getRandomValues(new Uint8Array(8)))
      await vi.waitUntil(() => froms.slice(before).includes(good.peerId))
      expect(froms.slice(before)).toEqual([good.peerId])
    }, 5_000)
  })

  it('refuses one that is larger than a message may be', async () => {
    const [a] = await startTwo()

    await expect(pubsubOf(a).publish(TOPIC, new Uint8Array(1024 * 1024 + 1))).rejects.toMatchObject({
      code: 'ERR_OPTION_INVALID',
    })
  })

  it('come again after the connection under gossipsub’s stream has gone and another is left', async () => {
    const listener = await startNetwork({ node: { listen: ['/ip4/127.0.0.1/tcp/0/ws'] } })
    const dialer = await startNetwork()
    await dialer.connect([addressOf(listener)])
    const heard = subscribed(listener, TOPIC)
    await untilSubscribers(dialer, TOPIC, 1)
    const [first] = dialer.libp2p.getConnections()
    await dialer.libp2p.dial(listener.libp2p.getMultiaddrs(), { force: true })
    expect(dialer.libp2p.getConnections()).toHaveLength(2)

    first?.abort(new Error('cut'))
    await vi.waitUntil(async () => (await pubsubOf(dialer).publish(TOPIC, TEXT)) > 0, { timeout: 10_000 })

    expect((await heard.next()).message).toEqual(TEXT)
  })

  it('come through a relay to one that cannot be reached otherwise', async () => {
    const keeper = await startKeeper()
    const [a, b] = await Promise.all([1, 2].map(() => startNetwork({ keepers: [addressOf(keeper)] })))
    if (a === undefined || b === undefined) throw new Error('Two were started.')
    await untilReserved(b)
    const heard = subscribed(b, TOPIC)
    await a.connect([addressOf(b)])
    await untilSubscribers(a, TOPIC, 1)

    await pubsubOf(a).publish(TOPIC, TEXT)

    expect((await heard.next()).from).toBe(a.peerId)
  })

  it('end with the unsubscribe', async () => {
    const [a, b] = await startTwo()
    const heard = subscribed(b, TOPIC)
    await untilSubscribers(a, TOPIC, 1)

    heard.unsubscribe()
    await untilSubscribers(a, TOPIC, 0)

    expect(await pubsubOf(a).publish(TOPIC, TEXT)).toBe(0)
  })
})

const pubsubOf = (network: QuireNetwork) => network.libp2p.services.pubsub

/** Repeats until `done` is. */
async function untilTaken(done: Promise<unknown>, publish: (round: number) => Promise<unknown>): Promise<void> {
  let isDone = false
  void done.then(() => (isDone = true))
  let round = 0
  await vi.waitUntil(
    async () => {
      if (!isDone) await publish(round++)
      return isDone
    },
    { timeout: 10_000, interval: 100 },
  )
}
