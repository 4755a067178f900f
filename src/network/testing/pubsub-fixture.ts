/** Networks that hear messages by topic, for tests. */
import { vi } from 'vitest'
import type { PeerKey } from '../../codec/peer-key.ts'
import type { PubsubVerdict } from '../pubsub.ts'
import type { QuireNetwork } from '../quire-network.ts'
import { addressOf, startNetwork } from './network-fixture.ts'

interface Heard {
  readonly message: Uint8Array
  readonly from: PeerKey
}

/** One that listens on a socket, and one that has dialled it. */
export async function startTwo(): Promise<[listener: QuireNetwork, dialer: QuireNetwork]> {
  const listener = await startNetwork({ node: { listen: ['/ip4/127.0.0.1/tcp/0/ws'] } })
  const dialer = await startNetwork()
  await dialer.connect([addressOf(listener)])
  return [listener, dialer]
}

/** Listens; `next` resolves with each message in turn. */
export function subscribed(
  network: QuireNetwork,
  topic: string,
  judge: (heard: Heard) => PubsubVerdict = () => 'accept',
) {
  const heard: Heard[] = []
  const waiting: ((heard: Heard) => void)[] = []
  const unsubscribe = network.libp2p.services.pubsub.subscribe(topic, async (message, from) => {
    const one = { message, from }
    const next = waiting.shift()
    if (next === undefined) heard.push(one)
    else next(one)
    return judge(one)
  })
  const next = (): Promise<Heard> => {
    const one = heard.shift()
    return one === undefined ? new Promise((resolve) => waiting.push(resolve)) : Promise.resolve(one)
  }
  return { next, unsubscribe }
}

/** Resolves once as many peers as wanted listen and can be sent to. */
export async function untilSubscribers(network: QuireNetwork, topic: string, count: number): Promise<void> {
  const { pubsub } = network.libp2p.services
  // So that gossipsub is loaded, and hears of those who listen.
  await pubsub.publish('/quire-test/none', new Uint8Array(1))
  await vi.waitUntil(() => pubsub.subscribers(topic).length === count, { timeout: 10_000, interval: 10 })
}
