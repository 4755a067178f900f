import { describe, expect, it } from 'vitest'
import { AppShell } from './app-shell.ts'
import { MemoryCaches } from './testing/memory-caches.ts'

const SCOPE = 'https://quire.example/app/'

/** A server whose files are of one version, “<path> of <version>”; a browser refuses what does not fit its integrity. */
class Server {
  readonly asked: string[] = []
  version = 'v1'
  isDown = false

  readonly fetch = async (request: Request): Promise<Response> => {
    const path = request.url.slice(SCOPE.length)
    this.asked.push(path)
    const text = `${path} of ${path.startsWith('same') ? 'all' : this.version}`
    if (this.isDown) throw new TypeError('Failed to fetch')
    if (request.integrity !== '' && request.integrity !== integrityOf(text)) throw new TypeError('Failed to fetch')
    return new Response(text, {
      headers: { 'Content-Encoding': 'gzip', 'Content-Security-Policy': "default-src 'none'" },
    })
  }
}

function integrityOf(text: string): string {
  return `sha256-${btoa(text)}`
}

function shellOf(version: string, server: Server, caches: MemoryCaches): AppShell {
  const paths = ['index.html', `assets/main-${version}.js`, 'same.svg']
  const files = paths.map((path) => ({
    path,
    integrity: integrityOf(`${path} of ${path.startsWith('same') ? 'all' : version}`),
  }))
  return new AppShell({ build: { version, files }, scope: SCOPE, caches, fetch: server.fetch })
}

const get = (shell: AppShell, path: string): Promise<Response> | undefined => shell.answer(new Request(SCOPE + path))
const textOf = async (answer: Promise<Response> | undefined): Promise<string | undefined> => (await answer)?.text()

describe('the app without a network', () => {
  it('answers with what was kept, the address with a query and the bare one with the page', async () => {
    const server = new Server()
    const shell = shellOf('v1', server, new MemoryCaches())
    await shell.install()
    server.isDown = true

    for (const path of ['', 'index.html', '?shared=1', '#/settings']) {
      expect(await textOf(get(shell, path))).toBe('index.html of v1')
    }
    expect(await textOf(get(shell, 'assets/main-v1.js'))).toBe('assets/main-v1.js of v1')
  })

  it('keeps the headers that the server gave, but for those of the transfer', async () => {
    const shell = shellOf('v1', new Server(), new MemoryCaches())
    await shell.install()

    const headers = (await get(shell, ''))?.headers

    expect(headers?.get('content-security-policy')).toBe("default-src 'none'")
    expect(headers?.get('content-encoding')).toBeNull()
  })

  it.each(['quire.json', 'health', 'api/storage/v1/data', 'service-worker.js', 'constructor'])(
    'leaves %s to the network',
    async (path) => {
      const shell = shellOf('v1', new Server(), new MemoryCaches())
      await shell.install()

      expect(get(shell, path)).toBeUndefined()
    },
  )

  it('leaves what is not read, and what is elsewhere, to the network', () => {
    const shell = shellOf('v1', new Server(), new MemoryCaches())

    expect(shell.answer(new Request(SCOPE, { method: 'POST' }))).toBeUndefined()
    expect(shell.answer(new Request('https://quire.example/'))).toBeUndefined()
    expect(shell.answer(new Request('https://elsewhere.example/index.html'))).toBeUndefined()
  })

  it('keeps nothing of a version of which one file is another', async () => {
    const server = new Server()
    const caches = new MemoryCaches()
    await shellOf('v1', server, caches).install()

    // The server’s next version is there in part.
    await expect(shellOf('v2', server, caches).install()).rejects.toThrow('Failed to fetch')

    expect(await caches.keys()).toEqual(['quire-shell-v1'])
  })

  it('asks the server only for what has changed', async () => {
    const server = new Server()
    const caches = new MemoryCaches()
    await shellOf('v1', server, caches).install()
    server.version = 'v2'
    server.asked.length = 0

    await shellOf('v2', server, caches).install()

    expect(server.asked).toEqual(['index.html', 'assets/main-v2.js'])
  })

  it('gives a tab of the version before its scripts, and forgets older ones', async () => {
    const server = new Server()
    const caches = new MemoryCaches()
    let shell = shellOf('v1', server, caches)
    await shell.install()
    for (const version of ['v2', 'v3']) {
      server.version = version
      shell = shellOf(version, server, caches)
      await shell.install()
    }

    await shell.dropOld()
    server.isDown = true

    expect(await caches.keys()).toEqual(['quire-shell-v2', 'quire-shell-v3'])
    expect(await textOf(get(shell, ''))).toBe('index.html of v3')
    expect(await textOf(get(shell, 'assets/main-v2.js'))).toBe('assets/main-v2.js of v2')
    await expect(get(shell, 'assets/main-v1.js')).rejects.toThrow('Failed to fetch')
  })

  it('asks the network for what the browser has thrown away', async () => {
    const caches = new MemoryCaches()
    const shell = shellOf('v1', new Server(), caches)
    await shell.install()
    caches.all.clear()

    expect(await textOf(get(shell, 'index.html'))).toBe('index.html of v1')
  })
})
