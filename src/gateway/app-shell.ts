/**
 * The app itself, kept so that it opens without a network, and as one version.
 *
 *   install    every file of the build’s list, checked against its hash ─▶ a cache of this version’s own
 *   answer     from that cache; of what only another version has, its scripts too: a tab may still run it
 *   dropOld    this version and the one before it stay
 */
export interface ShellFile {
  /** Below the app’s address: “index.html”. */
  readonly path: string
  /** As of subresource integrity, “sha256-…”: a server may change versions in the middle. */
  readonly integrity: string
}

export interface ShellBuild {
  /** Differs where any file does. */
  readonly version: string
  readonly files: readonly ShellFile[]
}

interface Lookup {
  match(url: string, options?: CacheQueryOptions): Promise<Response | undefined>
}

/** What is needed of a `CacheStorage`. */
export interface ShellCaches extends Lookup {
  open(name: string): Promise<Lookup & { put(url: string, response: Response): Promise<void> }>
  /** In the order in which they were made. */
  keys(): Promise<string[]>
  delete(name: string): Promise<boolean>
}

export interface AppShellParts {
  readonly build: ShellBuild
  /** The app’s own address, with the slash at its end. */
  readonly scope: string
  readonly caches: ShellCaches
  readonly fetch: (request: Request) => Promise<Response>
}

const PREFIX = 'quire-shell-'
const INTEGRITY = 'x-quire-integrity'
const INDEX = 'index.html'
/** The server says for which other requests an answer is good: of one address there is one file here. */
const ANY_VARIANT = { ignoreVary: true, ignoreSearch: true } as const
/** True of what came over the network, and not of what is kept of it. */
const HEADERS_OF_TRANSFER = ['content-encoding', 'content-length', 'transfer-encoding', 'vary']

export class AppShell {
  readonly #parts: AppShellParts
  readonly #name: string
  readonly #paths: ReadonlySet<string>

  constructor(parts: AppShellParts) {
    this.#parts = parts
    this.#name = PREFIX + parts.build.version
    this.#paths = new Set(parts.build.files.map(({ path }) => path))
  }

  /** Rejects where a file cannot be had as the build made it; then nothing of this version is kept. */
  async install(): Promise<void> {
    const { caches, build } = this.#parts
    try {
      const cache = await caches.open(this.#name)
      await Promise.all(build.files.map(async (file) => cache.put(this.#url(file.path), await this.#get(file))))
    } catch (error) {
      await caches.delete(this.#name)
      throw error
    }
  }

  async dropOld(): Promise<void> {
    const { caches } = this.#parts
    const others = (await caches.keys()).filter((name) => name.startsWith(PREFIX) && name !== this.#name)
    await Promise.all(others.slice(0, -1).map((name) => caches.delete(name)))
  }

  /** Undefined for what is none of the app’s files: the network’s to answer. */
  answer(request: Request): Promise<Response> | undefined {
    if (request.method !== 'GET' || !request.url.startsWith(this.#parts.scope)) return undefined
    const path = this.#pathOf(new URL(request.url))
    if (this.#paths.has(path)) return this.#fromCache(request, path)
    return path.startsWith('assets/') ? this.#fromAnyVersion(request) : undefined
  }

  #pathOf(url: URL): string {
    const path = url.href.slice(this.#parts.scope.length).replace(/[?#].*$/u, '')
    return path === '' ? INDEX : path
  }

  #url(path: string): string {
    return this.#parts.scope + path
  }

  /** A browser that is short of space may have taken it. */
  async #fromCache(request: Request, path: string): Promise<Response> {
    const cache = await this.#parts.caches.open(this.#name)
    return (await cache.match(this.#url(path), ANY_VARIANT)) ?? this.#parts.fetch(request)
  }

  async #fromAnyVersion(request: Request): Promise<Response> {
    return (await this.#parts.caches.match(request.url, ANY_VARIANT)) ?? this.#parts.fetch(request)
  }

  /** From the version before where it is the same there, else from the server. */
  async #get({ path, integrity }: ShellFile): Promise<Response> {
    const { caches, fetch } = this.#parts
    const kept = await caches.match(this.#url(path), ANY_VARIANT)
    if (kept?.headers.get(INTEGRITY) === integrity) return kept
    const response = await fetch(
      new Request(this.#url(path), { integrity, cache: 'no-cache', credentials: 'same-origin' }),
    )
    if (!response.ok) throw new TypeError(`${path} was answered with ${response.status}.`)
    const headers = new Headers(response.headers)
    for (const name of HEADERS_OF_TRANSFER) headers.delete(name)
    headers.set(INTEGRITY, integrity)
    return new Response(await response.arrayBuffer(), { headers })
  }
}
