import { describe, expect, it } from 'vitest'
import type { PeerKey } from '../codec/peer-key.ts'
import { communityKeyOf } from './dht-key.ts'
import { HISTORY_PROTOCOL, HistoryTransport } from './history-transport.ts'
import { MAX_FRAME_BYTES } from './one-question.ts'
import type { QuireNetwork } from './quire-network.ts'
import { addressOf, startKeeper, startNetwork, untilReserved } from './testing/network-fixture.ts'
import { startTwo } from './testing/pubsub-fixture.ts'

const COMMUNITY = `0x02${'ab'.repeat(32)}`
const QUESTION = { kind: 'link', community: COMMUNITY } as const
const transportOf = (network: QuireNetwork): HistoryTransport =>
  new HistoryTransport({ network, topicOf: (community) => `/test/${community}` })

async function collect(found: AsyncIterable<PeerKey>): Promise<PeerKey[]> {
  const peers: PeerKey[] = []
  for await (const peer of found) peers.push(peer)
  return peers
}

describe('questions about a community', () => {
  it('are answered by whoever knows of it', async () => {
    const [a, b] = await startTwo()
    const asked: unknown[] = []
    transportOf(a).answer(async (question, from) => {
      asked.push(question, from)
      return { kind: 'range', envelopes: [Uint8Array.of(1, 2), new Uint8Array(70_000)], cursor: Uint8Array.of(9) }
    })
    const question = { kind: 'range', community: COMMUNITY, fromMs: 5, toMs: 7, limit: 10 } as const

    const answer = await transportOf(b).ask(a.peerId, question)

    expect(answer).toMatchObject({ kind: 'range', cursor: Uint8Array.of(9) })
    expect(answer.kind === 'range' && answer.envelopes.map(({ byteLength }) => byteLength)).toEqual([2, 70_000])
    expect(asked).toEqual([expect.objectContaining(question), b.peerId])
  })

  it('compare what two devices hold; the whole 64 bits of a hash come through', async () => {
    const [a, b] = await startTwo()
    const salt = Uint8Array.from({ length: 16 }, (_, at) => 255 - at)
    const digests = Uint8Array.from({ length: 256 * 8 }, (_, at) => at % 251)
    const question = { kind: 'digests', community: COMMUNITY, fromMs: 5, toMs: 1e15, parts: 256, salt } as const
    const asked: unknown[] = []
    transportOf(a).answer(async (one) => {
      asked.push(one)
      return { kind: 'digests', digests }
    })

    expect(await transportOf(b).ask(a.peerId, question)).toEqual({ kind: 'digests', digests })
    expect(asked).toEqual([question])
    const long = { ...question, salt: new Uint8Array(65) }
    await expect(transportOf(b).ask(a.peerId, long)).rejects.toMatchObject({ code: 'ERR_PEER_NOT_CONNECTED' })
  })

  it('come back with an error where nothing is known, the protocol is not spoken, or another question was answered', async () => {
    const [a, b] = await startTwo()
    const asked = (): Promise<unknown> => transportOf(b).ask(a.peerId, QUESTION)
    await expect(asked()).rejects.toMatchObject({ code: 'ERR_PEER_NOT_CONNECTED' })

    const end = transportOf(a).answer(async () => undefined)
    await expect(asked()).rejects.toMatchObject({ code: 'ERR_PEER_NOT_CONNECTED' })
    end()

    transportOf(a).answer(async () => ({ kind: 'serve', isServed: true }))
    await expect(asked()).rejects.toMatchObject({ code: 'ERR_MESSAGE_INVALID' })
  })

  it('refuse an answer that is larger than allowed from its header alone', async () => {
    const [a, b] = await startTwo()
    await a.handle(HISTORY_PROTOCOL, (stream) => {
      const header = new Uint8Array(4)
      new DataView(header.buffer).setUint32(0, MAX_FRAME_BYTES + 1)
      stream.send(header)
    })

    await expect(transportOf(b).ask(a.peerId, QUESTION)).rejects.toMatchObject({ code: 'ERR_FRAME_TOO_LARGE' })
  })

  it('end with the signal’s reason', async () => {
    const [a, b] = await startTwo()
    transportOf(a).answer(() => new Promise(() => undefined))
    const enough = new AbortController()
    const asked = transportOf(b).ask(a.peerId, QUESTION, { signal: enough.signal })
    const reason = new Error('enough')

    enough.abort(reason)

    await expect(asked).rejects.toBe(reason)
  })

  it('are answered four at a time for one peer', async () => {
    const [a, b] = await startTwo()
    transportOf(a).answer(() => new Promise(() => undefined))
    const enough = new AbortController()
    const waiting = Array.from({ length: 4 }, () => transportOf(b).ask(a.peerId, QUESTION, { signal: enough.signal }))
    const settled = Promise.allSettled(waiting)
    const fifth = transportOf(b).ask(a.peerId, QUESTION)

    await expect(fifth).rejects.toMatchObject({ code: 'ERR_PEER_NOT_CONNECTED' })
    enough.abort(new Error('enough'))
    const reasons = (await settled).map((one) => one.status === 'rejected' && String(one.reason))
    expect(reasons).toEqual(Array.from({ length: 4 }, () => 'Error: enough'))
  })
})

describe('those who may answer for a community', () => {
  it('are keepers first, then those whom the DHT names, each once it is connected', async () => {
    const keeper = await startKeeper()
    const member = await startNetwork({
      keepers: [addressOf(keeper)],
      node: { listen: ['/ip4/127.0.0.1/tcp/0/ws'] },
    })
    await untilReserved(member)
    await member.provide(await communityKeyOf(COMMUNITY), { sinceMs: Infinity })
    const asker = await startNetwork({ keepers: [addressOf(keeper)] })
    await untilReserved(asker)

    const peers = await collect(transportOf(asker).answerers(COMMUNITY))

    expect(peers).toEqual([keeper.peerId, member.peerId])
    expect(asker.joinedPeers()).toContain(member.peerId)
  })

  it('are those whom a link names, where there is no keeper', async () => {
    const member = await startNetwork({ node: { listen: ['/ip4/127.0.0.1/tcp/0/ws'] } })
    const asker = await startNetwork()
    const addresses = ['/ip4/127.0.0.1/tcp/1/ws', addressOf(member)]

    expect(await collect(transportOf(asker).answerers(COMMUNITY, { addresses }))).toEqual([member.peerId])
  })

  it('stop being looked for when nobody waits for more', async () => {
    const asker = await startNetwork()
    const enough = new AbortController()
    enough.abort(new Error('enough'))

    await expect(collect(transportOf(asker).answerers(COMMUNITY, { signal: enough.signal }))).rejects.toThrow('enough')
  })
})

describe('the key of a community in the DHT', () => {
  it('is the same for everyone, and of nothing that is content', async () => {
    const key = await communityKeyOf(COMMUNITY)

    expect(key.code).toBe(0x55)
    expect(key.equals(await communityKeyOf(COMMUNITY.toUpperCase().replace('0X', '0x')))).toBe(true)
    expect(key.equals(await communityKeyOf(`0x03${'ab'.repeat(32)}`))).toBe(false)
  })
})
