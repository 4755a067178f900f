/** A keeper as the place of a sample: archives go to it over its control API, envelopes over libp2p. */
import type { CommunityId } from '../../src/history/ids.ts'
import { contentTopicOf, universalChatId } from '../../src/history/crypto/topics.ts'
import type { SampleTarget } from '../../src/history/sample/publish-sample.ts'
import { KeeperClient } from '../../src/keeper/keeper-client.ts'
import { HistoryTransport } from '../../src/network/history-transport.ts'
import { nodeAssembly } from '../../src/network/node-libp2p.ts'
import { generatePrivateKey } from '../../src/network/peer-identity.ts'
import { QuireNetwork } from '../../src/network/quire-network.ts'

const FILENAME = 'archive-data.bin'
const MEDIA_TYPE = 'application/octet-stream'
const CONNECT_TIMEOUT_MS = 30_000
/** A keeper takes no more at once. */
const MAX_TOLD = 4

export interface KeeperPlace {
  readonly url: string
  readonly token: string
}

/** Multiaddrs under which browsers are told to reach the keeper. */
export async function keeperAddresses(url: string): Promise<readonly string[]> {
  const response = await fetch(new URL('/quire.json', url))
  const config: unknown = await response.json()
  const keepers = typeof config === 'object' && config !== null && 'keepers' in config ? config.keepers : undefined
  if (Array.isArray(keepers) && keepers.every((address) => typeof address === 'string')) return keepers
  throw new Error(`${url} does not say how to reach the keeper.`)
}

export function keeperTarget(place: KeeperPlace): SampleTarget {
  const client = new KeeperClient(place)
  return {
    datasets: {
      async publish(bytes, { signal } = {}) {
        const options = { filename: FILENAME, mimetype: MEDIA_TYPE, sizeBytes: bytes.byteLength, signal }
        const { manifestCid } = await client.add(once(bytes), options)
        return manifestCid
      },
    },
    deliver: async (community, envelopes, { signal }) => deliver(place.url, { community, envelopes, signal }),
  }
}

async function deliver(
  url: string,
  init: { community: CommunityId; envelopes: readonly Uint8Array[]; signal?: AbortSignal | undefined },
): Promise<void> {
  const { community, envelopes } = init
  const addresses = await keeperAddresses(url)
  const network = new QuireNetwork(
    { assemble: nodeAssembly() },
    { privateKey: await generatePrivateKey(), version: '0.0.0', keepers: addresses },
  )
  await network.start()
  try {
    const topicOf = (id: string): string => contentTopicOf(universalChatId(id as CommunityId))
    const transport = new HistoryTransport<CommunityId>({ network, topicOf })
    const timeout = AbortSignal.timeout(CONNECT_TIMEOUT_MS)
    const signal = init.signal === undefined ? timeout : AbortSignal.any([timeout, init.signal])
    for await (const peer of transport.answerers(community, { signal, addresses })) {
      const tell = async (from: number): Promise<boolean> => {
        const told = envelopes.slice(from, from + MAX_TOLD)
        const answer = await transport.ask(peer, { kind: 'serve', community, envelopes: told }, { signal: init.signal })
        return answer.kind === 'serve' && answer.isServed
      }
      if (!(await tell(0))) continue
      for (let from = MAX_TOLD; from < envelopes.length; from += MAX_TOLD) await tell(from)
      return
    }
    throw new Error('The keeper serves no more communities: start it with --community or a larger --max-communities.')
  } finally {
    await network.stop()
  }
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield await Promise.resolve(bytes)
}
