import { describe, expect, it } from 'vitest'
import type { PeerKey } from './network-port.ts'
import { MemoryHub } from './testing/memory-network.ts'
import { holdsAll, makeDataset } from './testing/sample-dataset.ts'
import { startFetcher, startHolder } from './testing/test-node.ts'

const dataset = await makeDataset(200)

describe('a download through a relay', () => {
  it('wants the peer back that left in the middle, and goes on when it is there', async () => {
    const hub = new MemoryHub()
    const holder = await startHolder(hub, { name: 'holder', dataset })
    const fetcher = await startFetcher(hub, { name: 'fetcher', dataset })
    const regained: PeerKey[] = []
    fetcher.network.regain = (peer) => {
      regained.push(peer)
      queueMicrotask(() => hub.connect(fetcher.network, holder.network))
    }
    hub.connect(fetcher.network, holder.network)
    let wasCut = false

    await fetcher.exchange.download(dataset, {
      onProgress: ({ haveCount }) => {
        if (haveCount === 0 || wasCut) return
        wasCut = true
        hub.disconnect(fetcher.network, holder.network)
      },
    })

    expect(regained).toEqual([holder.network.peer])
    expect(await holdsAll(fetcher.store, dataset)).toBe(true)
  })

  it('wants nobody back once all of it is here', async () => {
    const hub = new MemoryHub()
    const holder = await startHolder(hub, { name: 'holder', dataset })
    const fetcher = await startFetcher(hub, { name: 'fetcher', dataset })
    hub.connect(fetcher.network, holder.network)
    await fetcher.exchange.download(dataset)

    hub.disconnect(fetcher.network, holder.network)

    expect(fetcher.network.regained).toEqual([])
  })
})
