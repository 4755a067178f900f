/**
 * Serves the example page with a policy that lets nothing in but Quire’s elements and frames:
 *
 *   node examples/widget/serve.mjs http://localhost:9410/ [port]
 *
 * Open it under 127.0.0.1, so that it is another site than a Quire under localhost.
 */
import { readFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'

const FILES = new Map([
  ['/', ['host.html', 'text/html; charset=utf-8']],
  ['/host.js', ['host.js', 'text/javascript; charset=utf-8']],
  ['/host.css', ['host.css', 'text/css; charset=utf-8']],
])

/** Resolves with the address of the page once it is served. */
export async function serveExample(quire, port = 0) {
  const site = new URL('./', quire)
  const policy = `default-src 'none'; style-src 'self'; script-src 'self' ${site.origin}; frame-src ${site.origin}`
  const server = createServer((request, response) => {
    void answer(new URL(request.url ?? '/', 'http://host').pathname, response).catch(() => response.destroy())
  })
  const answer = async (path, response) => {
    const [name, type] = FILES.get(path) ?? []
    if (name === undefined) return response.writeHead(404).end()
    const text = await readFile(join(import.meta.dirname, name), 'utf8')
    const body = text.replace('https://quire.example/', site.href)
    return response.writeHead(200, { 'Content-Type': type, 'Content-Security-Policy': policy }).end(body)
  }
  await new Promise((resolve) => server.listen(port, '127.0.0.1', resolve))
  return { url: `http://127.0.0.1:${server.address().port}/`, close: () => server.close() }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const [quire = 'http://localhost:9410/', port = '0'] = process.argv.slice(2)
  const { url } = await serveExample(quire, Number(port))
  process.stdout.write(`The example page is at ${url}\n`)
}
