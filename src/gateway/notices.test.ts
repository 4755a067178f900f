import { describe, expect, it } from 'vitest'
import { QuireError } from '../errors.ts'
import { ask, CID, ContentNode, gatewayTo, SCOPE } from './testing/content-node.ts'

const PAGE = { Accept: 'text/html' }

class FailingNode extends ContentNode {
  readonly #error: unknown

  constructor(error: unknown) {
    super()
    this.#error = error
  }

  override manifest(): Promise<never> {
    return Promise.reject(this.#error)
  }
}

class SilentNode extends ContentNode {
  override stream(): Promise<never> {
    return new Promise(() => undefined)
  }
}

describe('what is said in place of content', () => {
  it.each([
    ['a letter', 'x'],
    ['nothing', ''],
    ['a way out', '..%2F..'],
    ['the beginning of one', 'zDxWB8Esomething'],
    ['one of IPFS', 'QmYwAPJzv5CZsnA625s3Xf2nemtYgPpHdWEz79ojWnPbdG'],
    ['a zero', '%00'],
    ['half a character', '%ff'],
    ['a script', '<script>alert(1)</script>'],
    ['20,000 letters', 'a'.repeat(20_000)],
  ])('says that an address with %s for a CID names no file', async (_what, text) => {
    const response = await gatewayTo([new ContentNode()]).answer(new Request(`${SCOPE}cid/${text}`, { headers: PAGE }))
    const page = await response.text()

    expect(response.status).toBe(400)
    expect(page).toContain('This address names no file')
    expect(page).not.toContain('<script>alert')
    expect(page).not.toContain('Try again')
    expect(response.headers.get('content-security-policy')).toContain("default-src 'none'")
    expect(response.headers.get('cache-control')).toBe('no-store')
  })

  it('says what to do where no tab is open, and goes on by itself', async () => {
    const response = await ask(gatewayTo([]), PAGE)
    const page = await response.text()

    expect(response.status).toBe(503)
    expect(response.headers.get('retry-after')).toBe('5')
    expect(page).toContain('Open Quire and leave its tab open')
    expect(page).toContain('Try again')
    expect(page).toContain('data-goes-on="with-node" data-probe="/app/cid/-/node"')
    expect(page).toContain('href="/app/"')
  })

  it('says it in plain text to what is no page', async () => {
    const response = await ask(gatewayTo([]), { Accept: 'video/*' })

    expect(response.headers.get('content-type')).toBe('text/plain; charset=utf-8')
    expect(await response.text()).toContain('Open Quire and leave its tab open')
  })

  it('tells a mute tab from none', async () => {
    const reach = () => Promise.reject(new QuireError('ERR_NODE_UNREACHABLE', '…', { details: { openPages: 2 } }))

    expect(await (await ask(gatewayTo([], { reach }), PAGE)).text()).toContain('Quire does not answer')
  })

  it.each([
    ['ERR_MANIFEST_NOT_FOUND', 404, 'Ask the person who shared it'],
    ['ERR_MANIFEST_INVALID', 502, 'Ask for a new link'],
    ['ERR_STORE_FULL', 507, 'Delete or unpin files'],
    ['ERR_STORE_FAILED', 500, 'Reload the page'],
  ] as const)('answers %s with %i and what to do', async (code, status, advice) => {
    const response = await ask(gatewayTo([new FailingNode(new QuireError(code, 'It <b>failed</b>.'))]), PAGE)
    const page = await response.text()

    expect(response.status).toBe(status)
    expect(page).toContain(advice)
    expect(page).toContain('It &lt;b&gt;failed&lt;/b&gt;.')
    expect(page).toContain(code)
  })

  it('says nothing of the inside of a failure that has no code', async () => {
    const text = await (await ask(gatewayTo([new FailingNode(new Error('secret path'))]))).text()

    expect(text).toContain('ERR_UNKNOWN')
    expect(text).not.toContain('secret path')
  })

  it('says after a while that nobody has answered yet', async () => {
    const gateway = gatewayTo([new SilentNode()], { patienceMs: { page: 10, element: 10 } })

    const response = await ask(gateway, PAGE)

    expect(response.status).toBe(504)
    expect(await response.text()).toContain('data-goes-on="soon"')
  })

  it('ends with whoever asked', async () => {
    const asker = new AbortController()
    const answer = gatewayTo([new SilentNode()]).answer(new Request(`${SCOPE}cid/${CID}`, { signal: asker.signal }))

    asker.abort()

    await expect(answer).rejects.toThrow('aborted')
  })

  it.each(['POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS'])('takes nothing by %s', async (method) => {
    const response = await gatewayTo([new ContentNode()]).answer(new Request(`${SCOPE}cid/${CID}`, { method }))

    expect(response.status).toBe(405)
    expect(response.headers.get('allow')).toBe('GET, HEAD')
  })
})
