import { describe, expect, it } from 'vitest'
import { createLog } from './log.ts'
import { answerApi } from './control-api.ts'
import type { DatasetNode } from './dataset-node.ts'
import { Pins } from './pins.ts'
import { SampleOffer } from './sample-offer.ts'
import { startMemoryNode } from './testing/memory-node.ts'
import { rawRequest, serve } from './testing/http-server.ts'

const TOKEN = 'a-token-of-the-length-that-is-needed'
const AUTHORIZED = { Authorization: `Bearer ${TOKEN}` }
const HELLO_CID = 'zDvZRwzmAvGXfZyfdvz1FMD89V4yDXLCPW8NcfQk3wSN55Z3AfYd'
const BARE_HELLO_CID = 'zDvZRwzm1uJLrABuHUmcnzzfjedHmSGJ6cGDgYMiuL3XFRxcyU8N'
const HELLO_HEADERS = { 'Content-Type': 'text/plain', 'Content-Disposition': 'attachment; filename="hello.txt"' }

interface TestApi {
  readonly base: string
  readonly node: DatasetNode
  /** A request with the token. */
  readonly ask: (path: string, init?: Parameters<typeof rawRequest>[2]) => ReturnType<typeof rawRequest>
}

async function startApi(init: { quotaBytes?: number; node?: DatasetNode } = {}): Promise<TestApi> {
  const node = init.node ?? (await startMemoryNode(init.quotaBytes))
  const log = createLog({ write: () => undefined }, 'silent')
  const { signal } = new AbortController()
  const base = await serve((request, response) => {
    const url = new URL(request.url ?? '', 'http://keeper')
    const debugInfo = () => ({ id: node.peerId })
    void answerApi(request, response, {
      node,
      pins: new Pins({ node, log }),
      sample: new SampleOffer({ isHere: async () => true }, { dataDir: '/nowhere' }),
      log,
      signal,
      debugInfo,
      token: TOKEN,
      announced: ['/dns4/keeper.example/tcp/443/tls/ws'],
      url,
    })
  })
  const ask: TestApi['ask'] = (path, request = {}) =>
    rawRequest(base, `/api/storage/v1${path}`, { ...request, headers: { ...AUTHORIZED, ...request.headers } })
  return { base, node, ask }
}

function json(answer: { body: Buffer }): unknown {
  return JSON.parse(answer.body.toString())
}

describe('access to the control API', () => {
  it.each([
    ['without a token', {}],
    ['with a wrong token', { Authorization: 'Bearer guess' }],
    ['with the token in another scheme', { Authorization: `Basic ${TOKEN}` }],
  ])('answers 401 %s', async (_title, headers) => {
    const { base } = await startApi()

    const answer = await rawRequest(base, '/api/storage/v1/data', { headers })

    expect(answer.status).toBe(401)
    expect(answer.headers['www-authenticate']).toBe('Bearer')
  })

  it.each(['http://evil.example', 'http://127.0.0.1:1', 'null', 'not a url'])(
    'refuses a page of %s, whatever its token',
    async (origin) => {
      const { ask } = await startApi()

      expect((await ask('/data', { headers: { Origin: origin } })).status).toBe(403)
    },
  )

  it('answers a page of its own origin', async () => {
    const { ask, base } = await startApi()

    expect((await ask('/data', { headers: { Origin: base } })).status).toBe(200)
  })

  it.each(['evil.example', 'evil.example:9410', '127.0.0.1.evil.example', 'localhost:99999', 'a b'])(
    'refuses the host name “%s”',
    async (host) => {
      const { ask } = await startApi()

      expect((await ask('/data', { headers: { Host: host } })).status).toBe(403)
    },
  )

  it.each(['localhost:9410', '[::1]:9410', '192.168.0.7', 'keeper.example'])(
    'answers under the host name “%s”',
    async (host) => {
      const { ask } = await startApi()

      expect((await ask('/data', { headers: { Host: host } })).status).toBe(200)
    },
  )
})

describe('the control API', () => {
  it('stores a body under the CID that its bytes, name and type make, and gives it back', async () => {
    const { ask } = await startApi()

    const stored = await ask('/data', { method: 'POST', body: 'Hello World!', headers: HELLO_HEADERS })
    const content = await ask(`/data/${HELLO_CID}`)
    const streamed = await ask(`/data/${HELLO_CID}/network/stream`)

    expect(stored.body.toString()).toBe(HELLO_CID)
    expect(content.body.toString()).toBe('Hello World!')
    expect(content.headers['content-type']).toBe('text/plain')
    expect(content.headers['content-disposition']).toBe("attachment; filename*=UTF-8''hello.txt")
    expect(content.headers['content-security-policy']).toBe('sandbox')
    expect(streamed.body.toString()).toBe('Hello World!')
  })

  it('stores a body without name and type', async () => {
    const { ask } = await startApi()

    expect((await ask('/data', { method: 'POST', body: 'Hello World!' })).body.toString()).toBe(BARE_HELLO_CID)
  })

  it('gives a manifest as JSON and as the bytes that its CID was made over', async () => {
    const { ask } = await startApi()
    await ask('/data', { method: 'POST', body: 'Hello World!', headers: HELLO_HEADERS })

    const view = json(await ask(`/data/${HELLO_CID}/network/manifest`))
    const bytes = await ask(`/data/${HELLO_CID}/network/manifest`, { headers: { Accept: 'application/octet-stream' } })

    expect(view).toEqual({
      cid: HELLO_CID,
      manifest: {
        treeCid: 'zDzSvJTf8JYwvysKPmG7BtzpbiAHfuwFMRphxm4hdvnMJ4XPJjKX',
        datasetSize: 12,
        blockSize: 65_536,
        filename: 'hello.txt',
        mimetype: 'text/plain',
      },
    })
    expect(bytes.body.toString('hex')).toMatch(/^0a4f08001226.*746578742f706c61696e$/)
  })

  it('lists, says what exists, counts space, and deletes', async () => {
    const { ask } = await startApi()
    await ask('/data', { method: 'POST', body: 'Hello World!' })

    expect(json(await ask('/data'))).toMatchObject({ content: [{ cid: BARE_HELLO_CID, haveCount: 1, blockCount: 1 }] })
    expect(json(await ask(`/data/${BARE_HELLO_CID}/exists`))).toEqual({ [BARE_HELLO_CID]: true })
    expect(json(await ask('/space'))).toMatchObject({ quotaUsedBytes: 65_536 + 58 })
    expect((await ask(`/data/${BARE_HELLO_CID}`, { method: 'DELETE' })).status).toBe(204)
    expect((await ask(`/data/${BARE_HELLO_CID}`, { method: 'DELETE' })).status).toBe(204)
    expect(json(await ask('/data'))).toEqual({ content: [] })
  })

  it('says who it is', async () => {
    const { ask, node } = await startApi()

    expect(json(await ask('/peerid'))).toEqual({ id: node.peerId })
    expect((await ask('/peerid', { headers: { Accept: 'text/plain' } })).body.toString()).toBe(node.peerId)
    expect(json(await ask('/debug/info'))).toEqual({ id: node.peerId })
  })

  it.each([
    ['a CID that is none', '/data/hello', 400, 'ERR_CID_INVALID'],
    ['the CID of a tree', '/data/zDzSvJTf8JYwvysKPmG7BtzpbiAHfuwFMRphxm4hdvnMJ4XPJjKX', 400, 'ERR_CID_WRONG_KIND'],
    ['a dataset that is not here', `/data/${HELLO_CID}`, 404, 'ERR_DATASET_NOT_FOUND'],
    ['a manifest that nobody has', `/data/${HELLO_CID}/network/manifest`, 404, 'ERR_MANIFEST_NOT_FOUND'],
  ])('refuses %s', async (_title, path, status, code) => {
    const { ask } = await startApi()

    const answer = await ask(path)

    expect(answer.status).toBe(status)
    expect(json(answer)).toMatchObject({ code })
  })

  it.each([
    { title: 'an empty body', path: '/data', headers: {}, body: '', status: 422 },
    { title: 'a bad media type', path: '/data', headers: { 'Content-Type': 'text' }, status: 422 },
    {
      title: 'a name with a path',
      path: '/data',
      headers: { 'Content-Disposition': 'attachment; filename="../x"' },
      status: 422,
    },
    { title: 'a block size that is no power of two', path: '/data?blockSize=65535', headers: {}, status: 400 },
    { title: 'a block size that is too small', path: '/data?blockSize=2048', headers: {}, status: 400 },
  ])('refuses an upload with $title', async ({ path, headers, body = 'x', status }) => {
    const { ask, node } = await startApi()

    expect((await ask(path, { method: 'POST', headers, body })).status).toBe(status)
    expect(await node.list()).toEqual([])
  })

  it('knows no other path and no other method', async () => {
    const { ask } = await startApi()

    expect((await ask('/data/x/y/z')).status).toBe(404)
    const answer = await ask('/data', { method: 'PUT', body: 'x' })
    expect(answer.status).toBe(405)
    expect(answer.headers['allow']).toBe('POST, GET')
  })

  it('refuses what cannot fit before it reads it, and keeps nothing of it', async () => {
    const { ask, node } = await startApi({ quotaBytes: 200_000 })

    const answer = await ask('/data', { method: 'POST', body: new Uint8Array(400_000) })

    expect(answer.status).toBe(507)
    expect(json(answer)).toMatchObject({ code: 'ERR_STORE_FULL', details: { neededBytes: 458_752 } })
    expect((await node.space()).usedBytes).toBe(0)
  })
})

describe('pins', () => {
  it('answer with the manifest and how far they are', async () => {
    const { ask } = await startApi()
    await ask('/data', { method: 'POST', headers: HELLO_HEADERS, body: 'Hello World!' })

    const pinned = await ask(`/data/${HELLO_CID}/network`, { method: 'POST' })

    expect(pinned.status).toBe(200)
    expect(json(pinned)).toMatchObject({ cid: HELLO_CID, downloadId: HELLO_CID, manifest: { datasetSize: 12 } })
    await expect
      .poll(async () => json(await ask(`/data/${HELLO_CID}/network/progress/${HELLO_CID}`)))
      .toEqual({ active: false, received: 1, total: 1, bytes: 12, error: null })
    expect((await ask(`/data/${HELLO_CID}/network/${HELLO_CID}`, { method: 'DELETE' })).status).toBe(204)
  })

  it('are refused for what nobody has, what is no CID, and ids of others', async () => {
    const { ask } = await startApi()

    expect((await ask(`/data/${HELLO_CID}/network`, { method: 'POST' })).status).toBe(404)
    expect((await ask('/data/hello/network', { method: 'POST' })).status).toBe(400)
    expect((await ask(`/data/${HELLO_CID}/network/progress/${HELLO_CID}`)).status).toBe(404)
    expect((await ask(`/data/${HELLO_CID}/network/progress/${BARE_HELLO_CID}`)).status).toBe(404)
  })
})
