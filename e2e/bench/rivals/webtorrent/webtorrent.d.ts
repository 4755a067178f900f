/** What the benchmark uses of WebTorrent 3 and of its tracker, which bring no types. */
declare module 'webtorrent/dist/webtorrent.min.js' {
  export interface TorrentFile extends AsyncIterable<Uint8Array> {
    readonly length: number
  }

  export interface Torrent {
    /** With the trackers in it; known from `seed` on. */
    readonly magnetURI: string
    readonly files: readonly TorrentFile[]
    readonly pieces: { readonly length: number }
    /** Bytes of content received: verified pieces, and what is here of the others. */
    readonly downloaded: number
    /** True once all pieces are verified and stored. */
    readonly done: boolean
    select(firstPiece: number, lastPiece: number): void
    once(event: 'seed' | 'trackerAnnounce' | 'ready' | 'download' | 'done', listener: () => void): void
  }

  export interface ClientInit {
    readonly tracker?: { readonly rtcConfig?: RTCConfiguration }
    readonly dht?: boolean
  }

  export default class WebTorrent {
    constructor(init?: ClientInit)
    seed(
      input: File,
      options: { announceList: readonly (readonly string[])[]; destroyStoreOnDestroy?: boolean },
    ): Torrent
    add(magnetURI: string, options: { deselect?: boolean; destroyStoreOnDestroy?: boolean }): Torrent
    once(event: 'error', listener: (cause: Error) => void): void
    destroy(done: () => void): void
  }
}

declare module 'bittorrent-tracker/server' {
  import type { Server as HttpServer } from 'node:http'

  export default class Server {
    constructor(init: { udp: boolean; http: boolean; ws: boolean; stats: boolean })
    readonly http: HttpServer
    listen(port: number, host: string, listening: () => void): void
    close(closed: () => void): void
    on(event: 'error', listener: (cause: Error) => void): void
  }
}
