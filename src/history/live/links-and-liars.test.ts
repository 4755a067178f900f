import { describe, expect, it, onTestFinished, vi } from 'vitest'
import type { HistoryAnswer } from '../ports.ts'
import { COMMUNITY, DAY_MS, type Device, device, envelope, NOW_MS } from './testing/live-fixture.ts'
import { MemoryAir } from './testing/memory-network.ts'

async function started(made: Promise<Device>): Promise<Device> {
  const one = await made
  onTestFinished(() => one.sync.stop())
  await one.sync.start()
  return one
}

const link = (clockMs: number, name = `${clockMs}`) => envelope({ link: name, clockMs })

describe('the newest link of a community', () => {
  it('comes from a member to one who was not there when it was announced', async () => {
    const air = new MemoryAir()
    const owner = await started(device(air.device('owner')))
    await owner.sync.announce(link(NOW_MS))
    await owner.sync.announce(envelope({ description: 'about us', clockMs: 5 }))

    const member = await started(device(air.device('member')))
    await vi.waitUntil(() => member.sync.state.state === 'live')

    expect(member.sink.links).toEqual([`${NOW_MS}`])
    expect(member.sink.descriptions).toEqual(['about us'])
  })

  it('is told to one that has an older one, or none', async () => {
    const air = new MemoryAir()
    const behind = await started(device(air.device('behind')))
    await behind.sync.receive([link(NOW_MS - 1)])
    const ahead = await started(device(air.device('ahead')))
    await ahead.sync.receive([link(NOW_MS)])
    ahead.sync.refresh()

    await vi.waitUntil(() => behind.sink.links.length === 2)

    expect(behind.sink.links).toEqual([`${NOW_MS - 1}`, `${NOW_MS}`])
    expect(ahead.sink.links).toEqual([`${NOW_MS}`])
  })

  it('is never rolled back, whoever says it and in whatever envelope', async () => {
    const a = await started(device(new MemoryAir().device('a')))
    await a.sync.receive([link(NOW_MS)])

    const verdicts = await a.sync.receive([link(NOW_MS - 1), link(NOW_MS, '0'), link(NOW_MS - DAY_MS, 'z')])

    expect(verdicts).toEqual(['ignore', 'ignore', 'ignore'])
    expect(a.sink.links).toEqual([`${NOW_MS}`])
    await expect(a.sync.announce(link(NOW_MS - 1))).rejects.toMatchObject({ code: 'ERR_LINK_OLD' })
  })

  it('is, of two with one clock, the one with the greater text, in whatever order they come', async () => {
    const two = [link(NOW_MS, 'zA'), link(NOW_MS, 'zB')]
    const a = await started(device(new MemoryAir().device('a')))
    const b = await started(device(new MemoryAir().device('b')))

    expect(await a.sync.receive(two)).toEqual(['accept', 'accept'])
    expect(await b.sync.receive(two.toReversed())).toEqual(['accept', 'ignore'])
    expect(await b.sync.receive([envelope({ link: 'zB', clockMs: NOW_MS }, NOW_MS, 'once more')])).toEqual(['ignore'])

    for (const { kept, sink } of [a, b]) {
      expect(await kept.newest(COMMUNITY, 'link')).toMatchObject({ clockMs: NOW_MS, envelope: two[1] })
      expect(sink.links.at(-1)).toBe('zB')
    }
  })

  it('counts at any age, as a description does: the owner may have been away for months', async () => {
    const air = new MemoryAir()
    const holder = await started(device(air.device('holder')))
    const atMs = NOW_MS - 60 * DAY_MS
    const old = [
      envelope({ link: 'index', clockMs: atMs }, atMs),
      envelope({ description: 'about us', clockMs: 5 }, atMs),
    ]
    expect(await holder.sync.receive(old)).toEqual(['accept', 'accept'])
    await holder.kept.prune(COMMUNITY, NOW_MS)

    const newcomer = await started(device(air.device('newcomer')))
    await vi.waitUntil(() => newcomer.sync.state.state === 'live')

    expect(newcomer.sink).toMatchObject({ links: ['index'], descriptions: ['about us'] })
  })

  it('is not taken from the future', async () => {
    const a = await started(device(new MemoryAir().device('a')))

    expect(await a.sync.receive([link(NOW_MS + 120_001), link(NOW_MS + 120_000)])).toEqual(['ignore', 'accept'])
  })

  it('is announced by nobody but the community’s key', async () => {
    const a = await started(device(new MemoryAir().device('a')))

    await expect(a.sync.announce(envelope({ ignored: 'wrong-signer' }))).rejects.toMatchObject({
      code: 'ERR_SIGNATURE_INVALID',
    })
    await expect(a.sync.announce(envelope({ text: 'hello' }))).rejects.toMatchObject({ code: 'ERR_SIGNATURE_INVALID' })
  })
})

describe('somebody who comes after two looks in vain', () => {
  it('is asked again after 10 s and after a minute', async () => {
    const air = new MemoryAir()
    const a = await started(device(air.device('a')))
    await a.clock.advance(3_000)
    const late = await started(device(air.device('late')))
    await a.clock.advance(6_000)
    expect(a.sync.state.state).toBe('live')
    const looks = () => late.network.asked.filter(({ kind }) => kind === 'link').length
    const first = looks()

    await a.clock.advance(10_000)
    expect(looks()).toBe(first + 1)
    await a.clock.advance(60_000)
    expect(looks()).toBe(first + 2)
  })
})

describe('those who do not mean well', () => {
  it.each([
    ['bytes that are none', Uint8Array.of(1, 2, 3), 'reject'],
    ['an envelope without a signature', envelope({ ignored: 'not-signed' }), 'reject'],
    ['a link of another key', envelope({ ignored: 'wrong-signer' }), 'reject'],
    ['a clock that is wrong', envelope({ ignored: 'clock' }), 'ignore'],
    ['an envelope of the future', envelope({ text: 'x' }, NOW_MS + 120_001), 'ignore'],
    ['an envelope that is 31 days old', envelope({ text: 'x' }, NOW_MS - 31 * DAY_MS), 'ignore'],
    ['a sealed envelope that is 31 days old', envelope({ keyId: '0x1' }, NOW_MS - 31 * DAY_MS), 'ignore'],
    ['an envelope with something behind it', Uint8Array.of(...envelope({ text: 'x' }), 0xa0, 0x06, 1), 'reject'],
  ])('do not get through with %s', async (_what, bytes, verdict) => {
    const a = await started(device(new MemoryAir().device('a')))

    expect(await a.sync.receive([bytes])).toEqual([verdict])
    expect(a.sink.texts).toEqual([])
    expect(await a.kept.totals(COMMUNITY)).toEqual({ count: 0, sizeBytes: 0 })
  })

  it('cannot fill a community that is not encrypted with what nobody can open', async () => {
    const a = await started(device(new MemoryAir().device('a')))
    expect(await a.sync.receive([envelope({ keyId: '0x1' })])).toEqual(['accept'])
    await a.sync.receive([envelope({ description: 'about us', clockMs: 5 })])

    expect(await a.sync.receive([envelope({ keyId: '0x2' })])).toEqual(['ignore'])
    expect(a.sink.missingKeys).toEqual(['0x1'])
  })

  it('cannot hold up the others: endless pages of nothing end, and those who know are heard', async () => {
    const air = new MemoryAir()
    const liar = air.device('liar')
    let pages = 0
    liar.answer(async (question): Promise<HistoryAnswer> => {
      if (question.kind === 'link') return { kind: 'link' }
      if (question.kind === 'serve') return { kind: 'serve', isServed: true }
      if (question.kind === 'digests') return { kind: 'digests', digests: new Uint8Array() }
      const junk = Array.from({ length: 10 }, () => Uint8Array.of(1))
      return { kind: 'range', envelopes: junk, cursor: Uint8Array.of(pages++ % 256, pages >> 8) }
    })
    const honest = await started(device(air.device('honest')))
    await honest.sync.receive([envelope({ text: 'hello' })])

    const b = await started(device(air.device('b')))
    await vi.waitUntil(() => b.sync.state.state === 'live')

    expect(b.sink.texts).toEqual(['hello'])
    // Seven pages with ten faults each, to each of the two that ask.
    expect(pages).toBeLessThanOrEqual(14)
    expect(b.sync.state).toMatchObject({ answeredPeers: 1 })
  })

  it('cannot roll back a link by answering with an old one', async () => {
    const air = new MemoryAir()
    const liar = air.device('liar')
    liar.answer(async (question) =>
      question.kind === 'link' ? { kind: 'link', link: link(NOW_MS - DAY_MS) } : { kind: 'serve', isServed: false },
    )
    const honest = await started(device(air.device('honest')))
    await honest.sync.receive([link(NOW_MS)])

    const b = await started(device(air.device('b')))
    await vi.waitUntil(() => b.sync.state.state === 'live')
    b.sync.refresh()
    await vi.waitUntil(() => liar.asked.filter(({ kind }) => kind === 'link').length > 1)

    expect((await b.kept.newest(COMMUNITY, 'link'))?.clockMs).toBe(NOW_MS)
    expect(b.sink.links.at(-1)).toBe(`${NOW_MS}`)
  })
})
