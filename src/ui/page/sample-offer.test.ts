import { describe, expect, it } from 'vitest'
import { readSample } from './sample-offer.ts'

const COMMUNITY = `0x02${'ab'.repeat(32)}`
const SAMPLE = { community: COMMUNITY, name: 'The Gathering', messages: 3000, weeks: 12 }
const { signal } = new AbortController()

function readFrom(body: unknown, status = 200) {
  const text = typeof body === 'string' ? body : JSON.stringify(body)
  return readSample(async () => new Response(text, { status }), signal)
}

describe('what the page’s server offers', () => {
  it('is a sample, with what there is to read', async () => {
    const asked: string[] = []
    const fetch = async (path: string) => {
      asked.push(path)
      return new Response(JSON.stringify({ sample: { ...SAMPLE, index: 'zDv', other: 1 } }))
    }
    expect(await readSample(fetch, signal)).toEqual(SAMPLE)
    expect(asked).toEqual(['/sample.json'])
  })

  it.each([
    ['a keeper without one', { sample: null }],
    ['a start page', '<!doctype html><title>Quire</title>'],
    ['nothing', ''],
    ['an id that is none', { sample: { ...SAMPLE, community: '0x04' } }],
    ['a name that is none', { sample: { ...SAMPLE, name: 7 } }],
    ['a name without an end', { sample: { ...SAMPLE, name: 'x'.repeat(101) } }],
    ['amounts that are none', { sample: { ...SAMPLE, messages: '3000' } }],
    ['nothing to read', { sample: { ...SAMPLE, messages: 0 } }],
    ['more than a sample', { sample: SAMPLE, more: 'x'.repeat(5000) }],
  ])('is none with %s', async (_title, body) => {
    expect(await readFrom(body)).toBeUndefined()
  })

  it('is none where the server refuses, or nobody answers, or the page asks no more', async () => {
    expect(await readFrom({ sample: SAMPLE }, 404)).toBeUndefined()
    expect(await readSample(() => Promise.reject(new TypeError('offline')), signal)).toBeUndefined()
    const stopped = AbortSignal.abort()
    const fetch = async (_path: string, init: { signal: AbortSignal }) => {
      init.signal.throwIfAborted()
      return new Response(JSON.stringify({ sample: SAMPLE }))
    }
    expect(await readSample(fetch, stopped)).toBeUndefined()
  })
})
