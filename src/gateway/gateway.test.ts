import { describe, expect, it } from 'vitest'
import { QuireError } from '../errors.ts'
import { ask, CID, ContentNode, contentBytes, gatewayTo, SCOPE } from './testing/content-node.ts'

const bytesOf = async (response: Response): Promise<Uint8Array> => new Uint8Array(await response.arrayBuffer())

describe('content as an address', () => {
  it('answers with the whole content and what is known of it', async () => {
    const node = new ContentNode({ name: 'film ü.mp4', mediaType: 'video/mp4' })

    const response = await ask(gatewayTo([node]))

    expect(response.status).toBe(200)
    expect(Object.fromEntries(response.headers)).toMatchObject({
      etag: `"${CID}"`,
      'cache-control': 'public, max-age=31536000, immutable',
      'accept-ranges': 'bytes',
      'content-length': '1000',
      'content-type': 'video/mp4',
      'content-disposition': `inline; filename="film _.mp4"; filename*=UTF-8''film%20%C3%BC.mp4`,
      'x-content-type-options': 'nosniff',
    })
    expect(response.headers.get('server-timing')).toMatch(
      /^node;dur=[\d.]+, manifest;dur=[\d.]+, first-byte;dur=[\d.]+$/u,
    )
    expect(await bytesOf(response)).toEqual(contentBytes(0, 1000))
  })

  it('answers a range with its bytes, and asks the node for no others', async () => {
    const node = new ContentNode()

    const response = await ask(gatewayTo([node]), { Range: 'bytes=250-449' })

    expect(response.status).toBe(206)
    expect(response.headers.get('content-range')).toBe('bytes 250-449/1000')
    expect(response.headers.get('content-length')).toBe('200')
    expect(await bytesOf(response)).toEqual(contentBytes(250, 450))
    expect(node.streams.map(({ range }) => range)).toEqual([{ startByte: 250, endByte: 450 }])
  })

  it.each(['bytes=1000-', 'bytes=-0', 'bytes=0-1,5-6'])('answers 416 to %s and opens nothing', async (Range) => {
    const node = new ContentNode()

    const response = await ask(gatewayTo([node]), { Range })

    expect(response.status).toBe(416)
    expect(response.headers.get('content-range')).toBe('bytes */1000')
    expect(await response.text()).toContain('Ask for')
    expect(node.streams).toEqual([])
  })

  it('reads from the node only as it is read itself, and stops when the reader does', async () => {
    const node = new ContentNode({ sizeBytes: 1_000_000 })
    const reader = (await ask(gatewayTo([node]))).body?.getReader()

    await reader?.read()
    expect(node.streams[0]?.givenBytes).toBeLessThanOrEqual(200)

    await reader?.cancel()
    expect(node.streams[0]?.isCancelled).toBe(true)
  })

  it('has little asked ahead of a player, which jumps about', async () => {
    const [film, file] = [new ContentNode({ mediaType: 'video/webm' }), new ContentNode({ mediaType: 'image/png' })]

    for (const node of [film, file]) await bytesOf(await ask(gatewayTo([node])))

    expect([film, file].map(({ streams }) => streams[0]?.readAheadBytes)).toEqual([524_288, undefined])
  })

  it('answers HEAD as GET, without opening the content', async () => {
    const node = new ContentNode({ mediaType: 'image/png' })
    const gateway = gatewayTo([node])

    const response = await gateway.answer(
      new Request(`${SCOPE}cid/${CID}`, { method: 'HEAD', headers: { Range: 'bytes=0-1' } }),
    )

    expect(response.status).toBe(200)
    expect(response.headers.get('content-length')).toBe('1000')
    expect(response.headers.get('content-type')).toBe('image/png')
    expect(response.body).toBeNull()
    expect(node.streams).toEqual([])
  })

  it.each([`"${CID}"`, `W/"${CID}"`, `"a", "${CID}"`, '*'])(
    'answers 304 to whoever has it (%s), also where no node is there',
    async (tag) => {
      const response = await ask(gatewayTo([]), { 'If-None-Match': tag })

      expect(response.status).toBe(304)
      expect(response.headers.get('etag')).toBe(`"${CID}"`)
      expect(response.body).toBeNull()
    },
  )

  it.each([
    [`"${CID}"`, 206],
    ['"another"', 200],
    [`W/"${CID}"`, 200],
    ['Wed, 21 Oct 2015 07:28:00 GMT', 200],
  ])('answers a range under the condition If-Range: %s with %i', async (condition, status) => {
    const response = await ask(gatewayTo([new ContentNode()]), { Range: 'bytes=0-9', 'If-Range': condition })

    expect(response.status).toBe(status)
  })

  it('asks for the manifest once, however many ranges follow', async () => {
    const node = new ContentNode()
    const gateway = gatewayTo([node])

    for (const start of [0, 500, 100]) await bytesOf(await ask(gateway, { Range: `bytes=${start}-${start + 9}` }))

    expect(node.manifestsAsked).toBe(1)
  })

  it('gives the addresses of holders to the node, and takes its name from the path where the manifest has none', async () => {
    const node = new ContentNode({ mediaType: 'application/pdf' })

    const response = await ask(gatewayTo([node]), {}, '/r%C3%A9sum%C3%A9.pdf?maddrs=/dns4/a.example/tcp/1/ws')

    expect(node.streams[0]?.link).toBe(`${SCOPE}#/${CID}?maddrs=/dns4/a.example/tcp/1/ws`)
    expect(response.headers.get('content-disposition')).toBe(
      `attachment; filename="r_sum_.pdf"; filename*=UTF-8''r%C3%A9sum%C3%A9.pdf`,
    )
  })

  it('saves whatever it is where the address says “download”', async () => {
    const response = await ask(gatewayTo([new ContentNode({ mediaType: 'image/png', name: 'a.png' })]), {}, '?download')

    expect(response.headers.get('content-disposition')).toContain('attachment')
  })

  it.each(['text/html', 'image/svg+xml', 'application/pdf', 'text/javascript', 'application/xml'])(
    'gives %s no way to run here',
    async (mediaType) => {
      const response = await ask(gatewayTo([new ContentNode({ mediaType })]))

      expect(response.headers.get('content-type')).toMatch(/^(text\/plain; charset=utf-8|application\/octet-stream)$/u)
      expect(response.headers.get('content-security-policy')).toMatch(/^sandbox; default-src 'none'/u)
      expect(response.headers.get('x-content-type-options')).toBe('nosniff')
    },
  )
})

describe('content whose node goes', () => {
  const moved = new QuireError('ERR_NODE_MOVED', 'The tab ended.')

  it('goes on at the byte it had reached with the next one', async () => {
    const first = new ContentNode()
    first.breaksAt = { byte: 300, error: moved }
    const second = new ContentNode()

    const response = await ask(gatewayTo([first, first, second]), { Range: 'bytes=100-899' })

    expect(await bytesOf(response)).toEqual(contentBytes(100, 900))
    expect(second.streams.map(({ range }) => range)).toEqual([{ startByte: 300, endByte: 900 }])
  })

  it('gives up on nodes that all go before they have given a byte', async () => {
    const node = new ContentNode()
    node.breaksAt = { byte: 0, error: moved }

    const response = await ask(gatewayTo([node]))

    expect(response.status).toBe(500)
    expect(node.streams).toHaveLength(6)
  })

  it('cuts the answer off where content fails in the middle', async () => {
    const node = new ContentNode()
    node.breaksAt = { byte: 300, error: new QuireError('ERR_STORE_FAILED', 'The disk is gone.') }

    const response = await ask(gatewayTo([node]))

    await expect(response.arrayBuffer()).rejects.toThrow('The disk is gone.')
  })
})
