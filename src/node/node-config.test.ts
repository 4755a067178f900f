import { describe, expect, it } from 'vitest'
import { createMemorySettings } from '../store/memory-settings.ts'
import { EMPTY_CONFIG, loadConfig, type LoadConfigComponents } from './node-config.ts'

const KEEPER = '/ip4/127.0.0.1/tcp/9410/ws/p2p/16Uiu2HAm1'
const url = 'http://localhost/quire.json'

/** A keeper’s web server that gives these answers one after the other; the last one for ever. */
function parts(...answers: (Response | Error)[]) {
  const asked: string[] = []
  const fetch: LoadConfigComponents['fetch'] = async (from) => {
    const answer = answers[Math.min(asked.push(from), answers.length) - 1]
    if (answer instanceof Response) return answer.clone()
    throw answer ?? new Error('nothing to answer')
  }
  return { settings: createMemorySettings(), fetch, log: () => undefined, asked }
}

const answer = (value: unknown): Response => new Response(JSON.stringify(value))
const down = new TypeError('Failed to fetch')

describe('loadConfig', () => {
  it('gives what the keeper says', async () => {
    const components = parts(answer({ version: '1', keepers: [KEEPER], stunServers: ['stun:a'] }))
    expect(await loadConfig(components, { url })).toEqual({
      keepers: [KEEPER],
      stunServers: ['stun:a'],
      turnServers: [],
    })
  })

  it('gives what the keeper said last while it is down, without waiting for it', async () => {
    const components = parts(answer({ keepers: [KEEPER] }), down)
    await loadConfig(components, { url })
    expect(await loadConfig(components, { url, retryPauseMs: 60_000 })).toEqual({
      ...EMPTY_CONFIG,
      keepers: [KEEPER],
    })
    expect(components.asked).toHaveLength(2)
  })

  it('takes a newer answer over the stored one', async () => {
    const components = parts(answer({ keepers: [KEEPER] }), answer({ keepers: [] }))
    await loadConfig(components, { url })
    expect(await loadConfig(components, { url })).toEqual(EMPTY_CONFIG)
  })

  it('tries a keeper that restarts again when nothing is known', async () => {
    const components = parts(down, new Response('starting', { status: 503 }), answer({ keepers: [KEEPER] }))
    expect(await loadConfig(components, { url, retryPauseMs: 0 })).toMatchObject({ keepers: [KEEPER] })
  })

  it('goes on without keepers where none answers, and where there is none', async () => {
    expect(await loadConfig(parts(down), { url, retryPauseMs: 0 })).toEqual(EMPTY_CONFIG)
    const components = parts(new Response('not here', { status: 404 }))
    expect(await loadConfig(components, { url, retryPauseMs: 60_000 })).toEqual(EMPTY_CONFIG)
    expect(components.asked).toHaveLength(1)
  })

  it.each([['no JSON at all'], ['null'], ['"text"']])(
    'goes on without keepers after an answer like %s',
    async (text) => {
      expect(await loadConfig(parts(new Response(text)), { url, retryPauseMs: 60_000 })).toEqual(EMPTY_CONFIG)
    },
  )

  it('leaves out entries that are no short texts or no addresses, and all beyond the sixteenth', async () => {
    const keepers = [
      KEEPER,
      7,
      null,
      '',
      'no address',
      'x'.repeat(513),
      ...Array.from({ length: 40 }, (_, i) => `/memory/${i}`),
    ]
    const config = await loadConfig(parts(answer({ keepers, stunServers: 'stun:a' })), { url })
    expect(config.keepers).toHaveLength(16)
    expect(config.keepers[0]).toBe(KEEPER)
    expect(config.keepers[1]).toBe('/memory/0')
    expect(config.stunServers).toEqual([])
  })

  it('leaves out STUN and TURN servers that a browser would refuse, or that lack something', async () => {
    const whole = { url: 'turn:turn.example:3478?transport=tcp', username: 'u', credential: 'c' }
    const stunServers = [
      'stun:[2001:db8::1]:3478',
      'stuns:a.example',
      'stun:a b',
      'http://a',
      'stun:a:3478?x=1',
      'stun:',
    ]
    const turnServers = [
      whole,
      { ...whole, credential: '' },
      { ...whole, url: 'turn:' },
      { url: whole.url },
      null,
      'turn:a',
    ]

    const config = await loadConfig(parts(answer({ keepers: [KEEPER], stunServers, turnServers })), { url })

    expect(config.stunServers).toEqual(['stun:[2001:db8::1]:3478', 'stuns:a.example'])
    expect(config.turnServers).toEqual([whole])
  })

  it('stops at once when it is aborted', async () => {
    const reason = new Error('page closed')
    await expect(loadConfig(parts(down), { url, signal: AbortSignal.abort(reason) })).rejects.toBe(reason)
  })
})
