import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { settle } from '../testing/manual-clock.ts'
import { COMMUNITY, DAY_MS, type Device, device, envelope, idOf, NOW_MS } from './testing/live-fixture.ts'
import { MemoryAir } from './testing/memory-network.ts'

async function started(made: Promise<Device>): Promise<Device> {
  const one = await made
  onTestFinished(() => one.sync.stop())
  await one.sync.start()
  return one
}

describe('the live messages of a community', () => {
  it('come from whoever says them to all who listen, once, and are kept', async () => {
    const air = new MemoryAir()
    const a = await started(device(air.device('a')))
    const b = await started(device(air.device('b')))

    await a.sync.send(envelope({ text: 'hello' }))
    await vi.waitUntil(() => a.sink.delivered.length === 1)

    expect(b.sink.texts).toEqual(['hello'])
    expect(b.sink.messages[0]).toMatchObject({ delivery: 'live', sentAtMs: NOW_MS })
    expect(await b.kept.totals(COMMUNITY)).toMatchObject({ count: 1 })
    expect(await b.sync.receive([envelope({ text: 'hello' }, NOW_MS, 'in another envelope')])).toEqual(['ignore'])
    expect(b.sink.texts).toEqual(['hello'])
  })

  it('are “sending” until somebody took them, also after a restart', async () => {
    const air = new MemoryAir()
    const network = air.device('a')
    const a = await device(network)
    await a.sync.start()
    await a.sync.send(envelope({ text: 'first' }, NOW_MS))
    await a.sync.send(envelope({ text: 'second' }, NOW_MS + 1))
    expect(a.sink.messages.map(({ delivery }) => delivery)).toEqual(['sending', 'sending'])
    await settle()
    expect(a.sink.delivered).toEqual([])
    await a.sync.stop()

    const b = await started(device(air.device('b')))
    const again = await started(device(network, { kv: a.kv }))
    await vi.waitUntil(() => again.sink.delivered.length === 2)

    expect(again.sink.delivered).toEqual([idOf('first'), idOf('second')])
    expect(b.sink.texts).toEqual(['first', 'second'])
    expect(await again.kept.unsent(COMMUNITY)).toEqual([])
  })

  it('are sent again after pauses that grow', async () => {
    const air = new MemoryAir()
    const a = await started(device(air.device('a')))
    const published = vi.spyOn(a.network, 'publish')
    await a.sync.send(envelope({ text: 'hello' }))
    await a.clock.advance(60_000)
    const tries = published.mock.calls.length
    const b = await started(device(air.device('b')))
    await a.clock.advance(60_000)

    expect(tries).toBeGreaterThanOrEqual(5)
    expect(tries).toBeLessThanOrEqual(9)
    expect(b.sink.texts).toContain('hello')
    expect(a.sink.delivered).toEqual([idOf('hello')])
  })

  it('of the last 30 days come from who kept them, the newest days first', async () => {
    const air = new MemoryAir()
    const a = await started(device(air.device('a')))
    await a.sync.receive([40, 29, 10, 5, 0].map((days) => envelope({ text: `${days}` }, NOW_MS - days * DAY_MS)))

    const b = await started(device(air.device('b')))
    await vi.waitUntil(() => b.sync.state.state === 'live')

    expect(b.sink.texts).toEqual(['0', '5', '10', '29'])
  })

  it('come page by page, each once', async () => {
    const air = new MemoryAir()
    const a = await started(device(air.device('a')))
    const count = 1_300
    await a.sync.receive(Array.from({ length: count }, (_, i) => envelope({ text: `${i}` }, NOW_MS - 60_000 + i)))

    const b = await started(device(air.device('b')))
    await vi.waitUntil(() => b.sync.state.state === 'live')

    expect(b.sink.texts).toEqual(Array.from({ length: count }, (_, i) => `${i}`))
    const pages = a.network.asked.filter(({ kind }) => kind === 'range')
    expect(pages.length).toBeGreaterThanOrEqual(3)
  })

  it('are not asked for again of a peer that has told all, but for the last day', async () => {
    const air = new MemoryAir()
    const a = await started(device(air.device('a')))
    const first = await device(air.device('b'))
    await first.sync.start()
    await vi.waitUntil(() => first.sync.state.state === 'live')
    await first.sync.stop()
    a.network.asked.length = 0

    const again = await started(device(first.network, { kv: first.kv }))
    await vi.waitUntil(() => again.sync.state.state === 'live')

    const spans = a.network.asked.flatMap((asked) => (asked.kind === 'range' ? [asked] : []))
    expect(spans.length).toBeGreaterThan(0)
    expect(Math.min(...spans.map(({ fromMs }) => fromMs))).toBeGreaterThanOrEqual(NOW_MS - DAY_MS)
  })

  it('that were missed while offline come with the next look', async () => {
    const air = new MemoryAir()
    const a = await started(device(air.device('a')))
    const b = await started(device(air.device('b')))
    await vi.waitUntil(() => b.sync.state.state === 'live')
    b.network.isOnline = false
    await a.sync.receive([envelope({ text: 'missed' })])
    b.network.isOnline = true
    b.sync.refresh()

    await vi.waitFor(() => expect(b.sink.texts).toEqual(['missed']))
  })

  it('that cannot be opened yet are kept, passed on, and opened after a key came', async () => {
    const air = new MemoryAir()
    const a = await started(device(air.device('a')))

    expect(await a.sync.receive([envelope({ keyId: '0xkey' })])).toEqual(['accept'])
    await a.sync.receive([envelope({ text: 'plain' })])
    await a.sync.replay()

    expect(a.sink.missingKeys).toEqual(['0xkey'])
    expect(await a.kept.totals(COMMUNITY)).toMatchObject({ count: 2 })
    expect(a.sink.texts).toEqual(['plain', 'plain'])
  })

  it('go after 30 days also where nobody starts anew, within an hour', async () => {
    const a = await started(device(new MemoryAir().device('a')))
    const atMs = NOW_MS - 30 * DAY_MS + 60_000
    await a.sync.receive([envelope({ text: 'old' }, atMs), envelope({ text: 'new' })])

    await a.clock.advance(3_600_000)

    await vi.waitFor(async () => expect(await a.kept.totals(COMMUNITY)).toMatchObject({ count: 1 }))
  })

  it('are told to nobody any more, and freed, after leaving', async () => {
    const air = new MemoryAir()
    const a = await started(device(air.device('a')))
    await a.sync.receive([envelope({ text: 'hello' })])
    expect(air.provided).toHaveLength(1)

    await a.sync.leave({ isDataRemoved: true })

    expect(air.provided).toEqual([])
    expect(await a.kept.totals(COMMUNITY)).toEqual({ count: 0, sizeBytes: 0 })
    expect(a.network.listeners.size).toBe(0)
  })

  it('are refused before they are sent where they are none', async () => {
    const a = await started(device(new MemoryAir().device('a')))

    await expect(a.sync.send(Uint8Array.of(1, 2))).rejects.toMatchObject({ code: 'ERR_ENVELOPE_INVALID' })
    await expect(a.sync.send(envelope({ ignored: 'not-signed' }))).rejects.toMatchObject({
      code: 'ERR_ENVELOPE_INVALID',
    })
  })
})
