import { describe, expect, it } from 'vitest'
import { parseHostPolicy, policyFor, readHostPolicy } from './host-policy.ts'

const ALLOWED = { read: 'allowed', upload: 'allowed', publish: 'allowed' }
const DENIED = { read: 'denied', upload: 'denied', publish: 'denied' }

function readFrom(body: string, { status = 200, type = 'application/json' } = {}) {
  return readHostPolicy(async () => new Response(body, { status, headers: { 'Content-Type': type } }))
}

describe('what a site lets host pages do', () => {
  it('is the row of the origin, else of the closest wildcard, else the one for all; what it leaves out is denied', () => {
    const policy = parseHostPolicy({
      'https://blog.example': { read: 'allowed', upload: 'asked' },
      'https://*.example': { read: 'asked' },
      'https://*.deep.example': ALLOWED,
      '*': { read: 'asked', publish: 'allowed' },
    })
    expect(policyFor(policy, 'https://blog.example')).toEqual({ read: 'allowed', upload: 'asked', publish: 'denied' })
    expect(policyFor(policy, 'https://shop.example')).toEqual({ ...DENIED, read: 'asked' })
    expect(policyFor(policy, 'https://a.deep.example')).toEqual(ALLOWED)
    expect(policyFor(policy, 'https://elsewhere.net')).toEqual({ ...DENIED, read: 'asked', publish: 'allowed' })
    // Another port, another scheme and a name that only ends alike are other origins.
    expect(policyFor(policy, 'https://blog.example:8443').upload).toBe('denied')
    expect(policyFor(policy, 'https://evilblog.example').upload).toBe('denied')
  })

  it('is reading at most for a page whose name can be forged, or that has none', () => {
    const policy = parseHostPolicy({ '*': ALLOWED, null: ALLOWED, 'http://plain.example': ALLOWED })
    for (const origin of ['http://plain.example', 'null', 'file://']) {
      expect(policyFor(policy, origin)).toEqual({ ...DENIED, read: 'allowed' })
    }
    for (const origin of ['http://localhost:5000', 'http://127.0.0.1:1', 'http://a.localhost', 'https://x.example']) {
      expect(policyFor(policy, origin)).toEqual(ALLOWED)
    }
  })

  it('asks the person where the site has no file, and allows nothing where its file is damaged', async () => {
    const asked = { read: 'allowed', upload: 'asked', publish: 'asked' }
    const origin = 'https://blog.example'
    expect(policyFor(await readFrom('', { status: 404 }), origin)).toEqual(asked)
    expect(policyFor(await readFrom('<!doctype html>', { type: 'text/html' }), origin)).toEqual(asked)
    for (const body of ['{', '[]', '7', 'null', JSON.stringify({ '*': 'all' }), `{"*":${' '.repeat(70_000)}{}}`]) {
      expect(policyFor(await readFrom(body), origin)).toEqual(DENIED)
    }
    expect(policyFor(await readFrom('{}', { status: 500 }), origin)).toEqual(DENIED)
    expect(policyFor(await readHostPolicy(() => Promise.reject(new TypeError('offline'))), origin)).toEqual(DENIED)
  })
})
