import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { COMMUNITY, DAY_MS, type Device, device, envelope, NOW_MS } from './testing/live-fixture.ts'
import { MemoryAir, type MemoryNetwork } from './testing/memory-network.ts'

const HOUR_MS = DAY_MS / 24

/** One an hour, from the first hour of 30 days ago but one. */
function said(count: number): Uint8Array[] {
  return Array.from({ length: count }, (_, i) => envelope({ text: `${i}` }, NOW_MS - 29 * DAY_MS + i * HOUR_MS))
}

async function started(network: MemoryNetwork, held: readonly Uint8Array[] = []): Promise<Device> {
  const one = await device(network)
  onTestFinished(() => one.sync.stop())
  await one.sync.receive(held)
  await one.sync.start()
  return one
}

/** What `network` was told by others, as envelopes. */
function toldTo(network: MemoryNetwork): () => number {
  const ask = vi.spyOn(network, 'ask')
  return () =>
    ask.mock.settledResults.reduce((sum, { type, value }) => {
      const answer = type === 'fulfilled' ? value : undefined
      return sum + (answer?.kind === 'range' ? answer.envelopes.length : 0)
    }, 0)
}

describe('somebody who asks a peer for what was said', () => {
  it('is not sent again what is here already, from whomever it came', async () => {
    const air = new MemoryAir()
    const all = said(600)
    const peer = await started(air.device('peer'), all)
    const network = air.device('asker')
    const toldCount = toldTo(network)
    const asker = await started(network, all)
    await vi.waitUntil(() => asker.sync.state.state === 'live')

    expect(toldCount()).toBe(0)
    expect(peer.network.asked.filter(({ kind }) => kind === 'digests')).not.toEqual([])
  })

  it('is sent what is lacking, wherever it lies, and little else', async () => {
    const air = new MemoryAir()
    const all = said(690)
    const lacking = new Set([0, 7, 300, 301, 302, 600, 689])
    await started(air.device('peer'), all)
    const network = air.device('asker')
    const toldCount = toldTo(network)
    const held = all.filter((_, at) => !lacking.has(at))
    const asker = await started(network, held)
    await vi.waitUntil(() => asker.sync.state.state === 'live')

    expect(asker.sink.texts.slice(held.length).toSorted()).toEqual([...lacking].map(String).toSorted())
    expect(await asker.kept.totals(COMMUNITY)).toMatchObject({ count: 690 })
    expect(toldCount()).toBeLessThan(200)
  })

  it('is sent what came to the peer after they had compared', async () => {
    const air = new MemoryAir()
    const all = [...said(100), envelope({ text: 'recent' }, NOW_MS - 2 * HOUR_MS)]
    const peer = await started(air.device('peer'), all)
    const network = air.device('asker')
    const asker = await started(network, all)
    await vi.waitUntil(() => asker.sync.state.state === 'live')
    network.isOnline = false
    await peer.sync.receive([envelope({ text: 'late' }, NOW_MS - HOUR_MS)])
    network.isOnline = true
    asker.sync.refresh()

    await vi.waitFor(() => expect(asker.sink.texts).toContain('late'))
  })

  it('asks for everything where nothing is here, without comparing', async () => {
    const air = new MemoryAir()
    const peer = await started(air.device('peer'), said(50))
    const asker = await started(air.device('asker'))
    await vi.waitUntil(() => asker.sync.state.state === 'live')

    expect(asker.sink.texts).toHaveLength(50)
    expect(peer.network.asked.filter(({ kind }) => kind === 'digests')).toEqual([])
  })

  it.each([
    ['knows no digests', undefined],
    ['gives too few of them', { kind: 'digests', digests: new Uint8Array(3) } as const],
  ])('gets everything from a peer that %s', async (_what, answer) => {
    const air = new MemoryAir()
    const all = said(60)
    const peer = await started(air.device('peer'), all)
    const { responder } = peer.network
    peer.network.answer(async (question, from) => (question.kind === 'digests' ? answer : responder?.(question, from)))
    const asker = await started(air.device('asker'), all.slice(0, 30))
    await vi.waitUntil(() => asker.sync.state.state === 'live')

    expect(await asker.kept.totals(COMMUNITY)).toMatchObject({ count: 60 })
  })

  it('gets no digests for a question that nobody in his right mind asks', async () => {
    const air = new MemoryAir()
    const peer = await started(air.device('peer'), said(5))
    const other = air.device('other')
    const question = { kind: 'digests', community: COMMUNITY, fromMs: 0, toMs: NOW_MS, salt: new Uint8Array() } as const

    for (const parts of [0, 257, 4_000_000_000]) {
      await expect(other.ask(peer.network.peer, { ...question, parts })).rejects.toMatchObject({
        code: 'ERR_PEER_NOT_CONNECTED',
      })
    }
    expect(await other.ask(peer.network.peer, { ...question, parts: 2 })).toMatchObject({ kind: 'digests' })
  })
})
