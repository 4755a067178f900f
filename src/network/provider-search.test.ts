import type { PeerInfo } from '@libp2p/interface'
import { peerIdFromString } from '@libp2p/peer-id'
import { describe, expect, it } from 'vitest'
import type { PeerKey } from '../codec/peer-key.ts'
import { silentLog } from './network-log.ts'
import { generatePrivateKey, peerKeyOfPrivateKey } from './peer-identity.ts'
import { connectProviders, type ProviderSearchComponents } from './provider-search.ts'

const PEERS = await Promise.all(Array.from({ length: 30 }, async () => peerKeyOfPrivateKey(await generatePrivateKey())))
const [FIRST, SECOND, THIRD] = PEERS

async function* found(peers: readonly (PeerKey | undefined)[]): AsyncGenerator<PeerInfo> {
  for (const peer of peers) if (peer !== undefined) yield { id: peerIdFromString(peer), multiaddrs: [] }
}

function search(
  peers: readonly (PeerKey | undefined)[],
  components: Partial<ProviderSearchComponents>,
  signal?: AbortSignal,
) {
  const all = { reach: async () => undefined, isExcluded: () => false, log: silentLog, ...components }
  return connectProviders(all, () => found(peers), signal)
}

async function collect(source: AsyncIterable<PeerKey>): Promise<PeerKey[]> {
  const peers: PeerKey[] = []
  for await (const peer of source) peers.push(peer)
  return peers
}

describe('connectProviders', () => {
  it('yields who is reached first, first', async () => {
    const gates = new Map([FIRST, SECOND].map((peer) => [peer, Promise.withResolvers<void>()]))
    const reach = (peer: PeerKey): Promise<void> => gates.get(peer)?.promise ?? Promise.resolve()
    const peers = search([FIRST, SECOND, THIRD], { reach })

    expect((await peers.next()).value).toBe(THIRD)
    gates.get(SECOND)?.resolve()
    expect((await peers.next()).value).toBe(SECOND)
    gates.get(FIRST)?.resolve()
    expect((await peers.next()).value).toBe(FIRST)
    expect((await peers.next()).done).toBe(true)
  })

  it('leaves out who cannot be reached, who is excluded, and who was named before', async () => {
    const reach = async (peer: PeerKey): Promise<void> => {
      if (peer === SECOND) throw new Error('gone')
    }
    const isExcluded = (peer: PeerKey): boolean => peer === THIRD

    expect(await collect(search([FIRST, FIRST, SECOND, THIRD, FIRST], { reach, isExcluded }))).toEqual([FIRST])
  })

  it('dials six at a time and twenty in all, whatever the lookup names', async () => {
    let running = 0
    let most = 0
    const reach = async (): Promise<void> => {
      running++
      most = Math.max(most, running)
      await new Promise((resolve) => setImmediate(resolve))
      running--
    }

    expect(await collect(search(PEERS, { reach }))).toHaveLength(20)
    expect(most).toBe(6)
  })

  it('ends with the reason of the signal, and ends the lookup', async () => {
    const controller = new AbortController()
    const reason = new Error('enough')
    const reach = (): Promise<never> => {
      controller.abort(reason)
      return Promise.reject(reason)
    }

    await expect(collect(search([FIRST], { reach }, controller.signal))).rejects.toBe(reason)
  })

  it('ends the lookup when the caller has enough', async () => {
    let isEnded = false
    async function* lookup(signal: AbortSignal): AsyncGenerator<PeerInfo> {
      yield* found([FIRST])
      // Others who were asked have not answered yet, and never will.
      await new Promise((resolve) => signal.addEventListener('abort', resolve))
      isEnded = true
    }
    const components = { reach: async () => undefined, isExcluded: () => false, log: silentLog }
    const peers = connectProviders(components, lookup)

    expect((await peers.next()).value).toBe(FIRST)
    await peers.return(undefined)
    await new Promise((resolve) => setImmediate(resolve))

    expect(isEnded).toBe(true)
  })
})
