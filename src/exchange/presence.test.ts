import { describe, expect, it } from 'vitest'
import { treeCidFromDigest } from '../codec/cid.ts'
import type { Message } from '../codec/message.ts'
import { PresenceQueries } from './presence-queries.ts'
import { ManualClock } from './testing/manual-clock.ts'
import { MemoryHub } from './testing/memory-network.ts'
import { holdsAll, makeDataset } from './testing/sample-dataset.ts'
import { ScriptedPeer } from './testing/scripted-peer.ts'
import { startFetcher } from './testing/test-node.ts'

const treeCid = treeCidFromDigest(new Uint8Array(32))

function queries(clock: ManualClock) {
  const sent: string[] = []
  const send = async ({ wantList }: Message): Promise<void> => {
    sent.push(
      wantList.entries
        .map(({ downloadId, address, rangeCount }) => `${downloadId}:${address.index}+${rangeCount}`)
        .join(' '),
    )
  }
  return { sent, asking: new PresenceQueries({ clock, send }) }
}

describe('the want lists to one peer', () => {
  it('leave one at a time, the next with the answer', () => {
    const { sent, asking } = queries(new ManualClock())
    asking.ask({ downloadId: 1n, treeCid, start: 0, count: 10 })
    asking.ask({ downloadId: 2n, treeCid, start: 0, count: 10 })
    asking.ask({ downloadId: 3n, treeCid, start: 0, count: 10 })
    expect(sent).toEqual(['1:0+10'])
    asking.answered(3n)
    expect(sent).toHaveLength(1)
    asking.answered(1n)
    expect(sent).toEqual(['1:0+10', '2:0+10 3:0+10'])
  })

  it('take silence for an answer after a second', async () => {
    const clock = new ManualClock()
    const { sent, asking } = queries(clock)
    asking.ask({ downloadId: 1n, treeCid, start: 0, count: 10 })
    asking.ask({ downloadId: 2n, treeCid, start: 0, count: 10 })
    await clock.advance(999)
    expect(sent).toHaveLength(1)
    await clock.advance(1)
    expect(sent).toHaveLength(2)
  })

  it('carry no more than one scan of the peer covers, and the newest window of a download', () => {
    const { sent, asking } = queries(new ManualClock())
    asking.ask({ downloadId: 1n, treeCid, start: 0, count: 1 })
    asking.ask({ downloadId: 2n, treeCid, start: 0, count: 16_384 })
    asking.ask({ downloadId: 3n, treeCid, start: 0, count: 16_000 })
    asking.ask({ downloadId: 3n, treeCid, start: 16_384, count: 5 })
    asking.answered(1n)
    asking.answered(2n)
    expect(sent).toEqual(['1:0+1', '2:0+16384', '3:16384+5'])
  })

  it('drop those of a download that ended', () => {
    const { sent, asking } = queries(new ManualClock())
    asking.ask({ downloadId: 1n, treeCid, start: 0, count: 1 })
    asking.ask({ downloadId: 2n, treeCid, start: 0, count: 1 })
    asking.cancel(2n)
    asking.answered(1n)
    expect(sent).toEqual(['1:0+1'])
  })
})

describe('presence in a download', () => {
  it('is asked again, ever later, of a peer that stays silent', async () => {
    const clock = new ManualClock()
    const hub = new MemoryHub()
    const dataset = await makeDataset(3)
    const peer = await ScriptedPeer.start(hub, { name: 'peer', dataset, claim: () => undefined })
    const fetcher = await startFetcher(hub, { name: 'fetcher', dataset, clock })
    hub.connect(fetcher.network, peer.network)
    const stopping = new AbortController()
    const finished = fetcher.exchange.download(dataset, { signal: stopping.signal })

    await clock.advance(40_000)
    stopping.abort(new Error('enough'))
    await expect(finished).rejects.toThrow('enough')

    // At 0, 3, 9, 21 and 36 s: doubled up to 15 s while the peer says nothing new.
    expect(peer.controls).toHaveLength(5)
  })

  it('is used from where chance says to the end, then from the start', async () => {
    const hub = new MemoryHub()
    const dataset = await makeDataset(40)
    const peer = await ScriptedPeer.start(hub, { name: 'peer', dataset })
    const fetcher = await startFetcher(hub, { name: 'fetcher', dataset, random: () => 0.75 })
    hub.connect(fetcher.network, peer.network)

    await fetcher.exchange.download(dataset)

    const starts = peer.requests.flatMap(({ ranges }) => ranges.map(({ start }) => Number(start)))
    expect(starts[0]).toBe(30)
    expect(starts.indexOf(0)).toBeGreaterThan(0)
    expect(Math.max(...starts.slice(starts.indexOf(0)))).toBeLessThan(30)
  })

  it('is believed when it comes unasked with the id 0, and not with another', async () => {
    const hub = new MemoryHub()
    const dataset = await makeDataset(40)
    const peer = await ScriptedPeer.start(hub, { name: 'peer', dataset, claim: () => undefined })
    const fetcher = await startFetcher(hub, { name: 'fetcher', dataset })
    hub.connect(fetcher.network, peer.network)
    const finished = fetcher.exchange.download(dataset)
    await expect.poll(() => peer.controls).toHaveLength(1)
    const tell = (downloadId: bigint, start: bigint, count: bigint): Promise<void> =>
      peer.sendMessage(fetcher.network.peer, {
        wantList: { entries: [], full: false },
        blockPresences: [
          {
            address: { treeCid: dataset.treeCid, index: 0n },
            kind: 'have-range',
            ranges: [{ start, count }],
            downloadId,
          },
        ],
      })

    await tell(999n, 0n, 40n)
    await tell(0n, 30n, 10n)
    await expect.poll(() => peer.requests.length).toBeGreaterThan(0)
    expect(peer.requests[0]?.ranges[0]?.start).toBe(30n)
    await tell(0n, 0n, 30n)
    await finished

    expect(await holdsAll(fetcher.store, dataset)).toBe(true)
  })

  it('may be “complete”', async () => {
    const hub = new MemoryHub()
    const dataset = await makeDataset(40)
    const claim = <T extends object>(presence: T) => ({ ...presence, kind: 'complete' as const, ranges: [] })
    const peer = await ScriptedPeer.start(hub, { name: 'peer', dataset, claim })
    const fetcher = await startFetcher(hub, { name: 'fetcher', dataset })
    hub.connect(fetcher.network, peer.network)

    await fetcher.exchange.download(dataset)

    expect(await holdsAll(fetcher.store, dataset)).toBe(true)
  })
})
