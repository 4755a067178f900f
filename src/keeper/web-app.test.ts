import { mkdir, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { rawRequest, serve } from './testing/http-server.ts'
import { temporaryFolder } from './testing/temporary-folder.ts'
import { serveWebFile } from './web-app.ts'
import { readWebFiles } from './web-files.ts'

const PAGE = '<!doctype html><title>Quire</title>'
const SCRIPT = '// the app\n'.repeat(200)

async function serveApp(): Promise<string> {
  const folder = await temporaryFolder()
  await mkdir(join(folder, 'app', 'assets'), { recursive: true })
  await writeFile(join(folder, 'secret.txt'), 'not for the web')
  await writeFile(join(folder, 'app', 'index.html'), PAGE)
  await writeFile(join(folder, 'app', 'assets', 'main-Ab12_x9Z.js'), SCRIPT)
  await writeFile(join(folder, 'app', 'service-worker.js'), '// one version')
  await symlink(join(folder, 'secret.txt'), join(folder, 'app', 'link.txt'))
  return serveFolder(join(folder, 'app'))
}

async function serveFolder(folder: string): Promise<string> {
  const files = await readWebFiles(folder)
  return serve((request, response) =>
    serveWebFile(request, response, { path: new URL(request.url ?? '', 'http://keeper').pathname, files }),
  )
}

describe('the app’s files', () => {
  it('leads what another app shared to the page, which says that it did not arrive', async () => {
    const answer = await fetch(new URL('/share', await serveApp()), { method: 'POST', body: 'x', redirect: 'manual' })

    expect([answer.status, answer.headers.get('location')]).toEqual([303, '/#/shared/failed'])
  })

  it('serves the page at “/” with its policy and asks for a check before reuse', async () => {
    const answer = await rawRequest(await serveApp(), '/')

    expect(answer.status).toBe(200)
    expect(answer.body.toString()).toBe(PAGE)
    expect(answer.headers['content-type']).toBe('text/html; charset=utf-8')
    expect(answer.headers['cache-control']).toBe('no-cache')
    expect(answer.headers['content-security-policy']).toContain("script-src 'self' 'wasm-unsafe-eval'")
    // Pictures from elsewhere, once a person asks for one; nothing else, and nothing unencrypted.
    expect(answer.headers['content-security-policy']).toContain("; img-src 'self' data: blob: https:; ")
    expect(answer.headers['x-content-type-options']).toBe('nosniff')
    expect(answer.headers['referrer-policy']).toBe('no-referrer')
  })

  it('lets hashed assets be kept for ever', async () => {
    const answer = await rawRequest(await serveApp(), '/assets/main-Ab12_x9Z.js')

    expect(answer.headers['cache-control']).toContain('immutable')
    expect(answer.headers['content-type']).toBe('text/javascript; charset=utf-8')
    expect(answer.body.toString()).toBe(SCRIPT)
  })

  it('has the service worker asked for anew each time', async () => {
    const answer = await rawRequest(await serveApp(), '/service-worker.js')

    expect(answer.headers['cache-control']).toBe('no-cache')
    expect(answer.headers['content-type']).toBe('text/javascript; charset=utf-8')
    expect(answer.headers['content-security-policy']).toContain("connect-src 'self'")
  })

  it('compresses for those who take gzip, and not for those who refuse it', async () => {
    const base = await serveApp()
    const path = '/assets/main-Ab12_x9Z.js'

    const zipped = await rawRequest(base, path, { headers: { 'Accept-Encoding': 'br, gzip;q=0.8' } })
    const plain = await rawRequest(base, path, { headers: { 'Accept-Encoding': 'gzip;q=0, br' } })

    expect(zipped.headers['content-encoding']).toBe('gzip')
    expect(gunzipSync(zipped.body).toString()).toBe(SCRIPT)
    expect(plain.headers['content-encoding']).toBeUndefined()
  })

  it('answers 304 to whoever has the file already', async () => {
    const base = await serveApp()
    const { headers } = await rawRequest(base, '/')

    const again = await rawRequest(base, '/', { headers: { 'If-None-Match': `"other", W/${String(headers['etag'])}` } })

    expect(again.status).toBe(304)
    expect(again.body).toHaveLength(0)
  })

  it.each([
    '/../secret.txt',
    '/..%2fsecret.txt',
    '/%2e%2e/secret.txt',
    '/assets/..%5c..%5csecret.txt',
    '/assets/../../secret.txt',
    '/link.txt',
    '/./../secret.txt%00.html',
    '/assets',
    '/assets/',
  ])('gives nothing for %s', async (path) => {
    const answer = await rawRequest(await serveApp(), path)

    expect(answer.status).toBe(404)
    expect(answer.body.toString()).not.toContain('not for the web')
  })

  it('answers HEAD without a body and refuses to be written to', async () => {
    const base = await serveApp()

    const head = await rawRequest(base, '/', { method: 'HEAD' })
    const post = await rawRequest(base, '/', { method: 'POST', body: 'x' })

    expect(head.status).toBe(200)
    expect(head.headers['content-length']).toBe(String(PAGE.length))
    expect(head.body).toHaveLength(0)
    expect(post.status).toBe(405)
    expect(post.headers['allow']).toBe('GET, HEAD')
  })

  it('says in words what to run where the page is not built', async () => {
    const answer = await rawRequest(await serveFolder(join(await temporaryFolder(), 'missing')), '/')

    expect(answer.status).toBe(503)
    expect(answer.body.toString()).toContain('npm run build')
  })
})
