import { describe, expect, it } from 'vitest'
import { cidText, manifestCidFromDigest } from '../codec/cid.ts'
import { redirectContent } from './content-redirect.ts'
import { replyText } from './http-reply.ts'
import { rawRequest, serve } from './testing/http-server.ts'

const CID = cidText(manifestCidFromDigest(new Uint8Array(32).fill(7)))

const serveRedirects = (): Promise<string> =>
  serve((request, response) => {
    const isAnswered = redirectContent(request, response, new URL(request.url ?? '', 'http://keeper'))
    if (!isAnswered) replyText(response, 'passed on', { status: 418 })
  })

describe('content addresses at the keeper', () => {
  it.each([
    [`/cid/${CID}`, `/#/${CID}`],
    [`/cid/${CID}/`, `/#/${CID}`],
    [`/cid/${CID}/caf%C3%A9.mp4`, `/#/${CID}`],
    [`/cid/${CID}/a%0d%0aX:1`, `/#/${CID}`],
    [`/cid/${CID}?maddrs=/dns4/a.example/tcp/443/wss&x=1`, `/#/${CID}?maddrs=/dns4/a.example/tcp/443/wss`],
    [`/cid/${CID}?maddrs=javascript:alert(1)`, `/#/${CID}`],
  ])('leads %s to the page', async (path, location) => {
    const answer = await rawRequest(await serveRedirects(), path)

    expect(answer.status).toBe(302)
    expect(answer.headers['location']).toBe(location)
    expect(answer.headers['cache-control']).toBe('no-store')
  })

  it.each(['/cid/', '/cid/x', '/cid/-/node', '/cid/%2F%2Fevil.example', '/cid/%ff', `/cid/${CID}x`])(
    'says that %s names no file',
    async (path) => {
      const answer = await rawRequest(await serveRedirects(), path)

      expect(answer.status).toBe(404)
      expect(answer.headers['location']).toBeUndefined()
    },
  )

  it('leads nobody to the page who wants the rest of a download', async () => {
    const answer = await rawRequest(await serveRedirects(), `/cid/${CID}`, { headers: { Range: 'bytes=100-' } })

    expect(answer.status).toBe(404)
    expect(answer.headers['location']).toBeUndefined()
  })

  it.each(['/', '/cid', '/cids/x', '/api/cid/x'])('leaves %s to others', async (path) => {
    expect((await rawRequest(await serveRedirects(), path)).status).toBe(418)
  })
})
