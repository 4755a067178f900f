/** A page of a user of the library: bundled with Vite as it comes, without a setting, and served. */
import { createServer, type Server } from 'node:http'
import { readFile, writeFile } from 'node:fs/promises'
import type { AddressInfo } from 'node:net'
import { extname, join } from 'node:path'
import { build, type Rolldown } from 'vite'

const TYPES: Readonly<Record<string, string>> = { '.html': 'text/html', '.js': 'text/javascript', '.css': 'text/css' }
const SCRIPT = `import { Quire } from 'quire'\nglobalThis.LibraryOfUser = Quire\ndocument.title = 'loaded'\n`
/** Quire’s own page, as a keeper serves it. */
const APP = join(import.meta.dirname, '..', '..', 'dist', 'app')

export class UserPage {
  readonly url: string
  /** Of the same origin. */
  readonly appUrl: string
  readonly #server: Server

  private constructor(server: Server) {
    this.#server = server
    this.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
    this.appUrl = `${this.url}app/`
  }

  /** `folder` has the library installed. */
  static async start(folder: string): Promise<UserPage> {
    await writeFile(join(folder, 'index.html'), '<!doctype html><script type="module" src="/page.js"></script>')
    await writeFile(join(folder, 'page.js'), SCRIPT)
    await build({ root: folder, configFile: false, logLevel: 'error' })
    const server = createServer((request, response) => {
      const path = new URL(request.url ?? '/', 'http://localhost').pathname
      const file = path.startsWith('/app/') ? join(APP, path.slice(5)) : join(folder, 'dist', path)
      const whole = path.endsWith('/') ? join(file, 'index.html') : file
      readFile(whole).then(
        (bytes) => response.writeHead(200, { 'content-type': TYPES[extname(whole)] ?? 'text/plain' }).end(bytes),
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

/** How much a page loads that has this script, bundled with Vite; the worker, which only a node loads, is not counted. */
export async function bundledBytes(folder: string, script: string): Promise<number> {
  const input = join(folder, 'measured.js')
  await writeFile(input, script)
  const output = (await build({
    root: folder,
    configFile: false,
    logLevel: 'error',
    build: { write: false, rolldownOptions: { input } },
  })) as Rolldown.RolldownOutput
  const scripts = output.output.filter((file) => file.type === 'chunk')
  return scripts.reduce((sum, { code }) => sum + Buffer.byteLength(code), 0)
}
