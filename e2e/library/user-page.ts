/** A page of a user of the library: bundled with Vite as it comes, without a setting, and served. */
import { createServer, type Server } from 'node:http'
import { readFile, writeFile } from 'node:fs/promises'
import type { AddressInfo } from 'node:net'
import { extname, join } from 'node:path'
import { build } from 'vite'

const TYPES: Readonly<Record<string, string>> = { '.html': 'text/html', '.js': 'text/javascript' }
const SCRIPT = `import { Quire } from 'quire'\nglobalThis.LibraryOfUser = Quire\ndocument.title = 'loaded'\n`

export class UserPage {
  readonly url: string
  readonly #server: Server

  private constructor(server: Server) {
    this.#server = server
    this.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
  }

  /** `folder` has the library installed. */
  static async start(folder: string): Promise<UserPage> {
    await writeFile(join(folder, 'index.html'), '<!doctype html><script type="module" src="/page.js"></script>')
    await writeFile(join(folder, 'page.js'), SCRIPT)
    await build({ root: folder, configFile: false, logLevel: 'error' })
    const server = createServer((request, response) => {
      const path = new URL(request.url ?? '/', 'http://localhost').pathname
      const file = join(folder, 'dist', path === '/' ? 'index.html' : path)
      readFile(file).then(
        (bytes) => response.writeHead(200, { 'content-type': TYPES[extname(file)] ?? 'text/plain' }).end(bytes),
        () => response.writeHead(404).end(),
      )
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    return new UserPage(server)
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections()
    await new Promise((resolve) => this.#server.close(resolve))
  }
}
