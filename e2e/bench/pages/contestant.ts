/**
 * What a page must offer to take part in the benchmark.
 *
 *   #<JSON of PageConfig> → the page starts itself → `globalThis.contestant` → the harness calls it through the page
 *
 * The programs are `pages/<name>-page.ts` for what the project itself needs, and `rivals/<name>/<name>-page.ts` for
 * others. One page offers, another fetches; both run the same program, each in a browser of its own. It sets
 * `globalThis.contestant` in the first task of its module, so that the harness can wait for `ready`.
 */

/** Where a page finds the others; as JSON, percent-encoded, in the fragment of its address. */
export interface PageConfig {
  /** The keeper’s WebSocket as a multiaddr with the peer id at the end: a circuit relay for whoever speaks libp2p. */
  readonly relay: string
  /** The WebSocket address of a BitTorrent tracker on this machine; empty where the measure starts none. */
  readonly tracker: string
}

/** Content of `sizeBytes` that `seed` decides (`seeded-bytes.ts`): the same on every page, incompressible. */
export interface SeededContent {
  readonly sizeBytes: number
  readonly seed: number
}

export interface FetchOptions {
  readonly limitMs?: number
}

export interface FetchResult {
  /**
   * From the call until the content is complete here, as this contestant ends it: verified and stored where it stores.
   * Connecting and finding the other are part of it; hashing for `sha256Hex` is not.
   */
  readonly elapsedMs: number
  /** From the call until the first byte of content was here. */
  readonly firstByteMs: number
  readonly sizeBytes: number
  /** SHA-256 of the content as it was read back, lower case; made outside of the timed part. */
  readonly sha256Hex: string
}

export interface Contestant {
  /** Resolves when the page may offer and fetch: libraries loaded, store open, relay or tracker reached. */
  readonly ready: Promise<void>
  /** Makes the content, shares it, and gives the text by which another page fetches it. */
  readonly offer: (content: SeededContent) => Promise<string>
  /**
   * With `limitMs` it stops so long after its first byte, gives what it has as `sizeBytes`, and leaves `sha256Hex` empty:
   * slow lines are measured so.
   */
  readonly fetch: (ticket: string, options?: FetchOptions) => Promise<FetchResult>
  /** Drops everything that was offered or fetched, and the connections, so that the next round starts as the first did. */
  readonly forget: () => Promise<void>
}

declare global {
  // A property of the page’s global object can be declared only this way.
  var contestant: Contestant
}

/** The configuration of this page. */
export function readPageConfig(): PageConfig {
  // The harness wrote it; nobody else opens these pages.
  return JSON.parse(decodeURIComponent(location.hash.slice(1))) as PageConfig
}
