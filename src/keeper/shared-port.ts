/**
 * Lets the keeper’s web server and libp2p’s WebSockets share one port.
 *
 *   port ── net.Server of @libp2p/websockets ── http.Server ──┬─ “upgrade” → libp2p
 *                                                             └─ “request” → our handler
 *
 * libp2p’s listener makes its own HTTP server and answers each plain request with status 400. We take the place of that
 * answer. The other way, our server on the port and libp2p behind it on the loopback, would hide every peer’s address
 * from libp2p’s limits per host and copy each byte twice.
 *
 * The listener waits for a socket’s first byte without a limit, and its `close` waits for such sockets (10.1.21). Browsers
 * open them in advance, so they get an end here.
 */
import type { Libp2pEvents, Listener, TypedEventTarget } from '@libp2p/interface'
import { type RequestListener, Server as HttpServer } from 'node:http'
import { Server as NetServer, type Socket } from 'node:net'

/** How long a client may take for its first byte, and then for its headers. */
const HEADERS_TIMEOUT_MS = 30_000

interface Servers {
  readonly sockets: NetServer
  readonly http: HttpServer
}

/** Serves HTTP on the port of libp2p’s WebSocket listener, from its first moment. */
export class SharedPort {
  readonly #handler: RequestListener
  readonly #silent = new Map<Socket, NodeJS.Timeout>()
  #isClosed = false
  #port = 0

  constructor(handler: RequestListener) {
    this.#handler = handler
  }

  /** The port once libp2p has started, 0 before. */
  get port(): number {
    return this.#port
  }

  /** To be given to libp2p as a service: only services hear of listeners before anybody can connect to them. */
  readonly service = ({ events }: { events: TypedEventTarget<Libp2pEvents> }): object => {
    events.addEventListener('transport:listening', ({ detail }) => this.#serveOn(detail))
    return {}
  }

  /** Lets go of sockets that have sent nothing, so that libp2p can stop; later ones are refused. */
  close(): void {
    this.#isClosed = true
    for (const socket of this.#silent.keys()) socket.destroy()
  }

  #serveOn(listener: Listener): void {
    const servers = serversOf(listener)
    if (servers === undefined) return
    const { sockets, http } = servers
    // Ahead of libp2p’s own, which may hand the socket on to `http` at once.
    sockets.prependListener('connection', (socket: Socket) => this.#opened(socket))
    http.on('connection', (socket: Socket) => this.#hasSpoken(socket))
    http.removeAllListeners('request')
    http.on('request', this.#handler)
    // A handler that refuses answers before the client has sent a body: see `postData`.
    http.on('checkContinue', this.#handler)
    // An upload of many gigabytes is one request; only those with the API token send a body.
    http.requestTimeout = 0
    http.headersTimeout = HEADERS_TIMEOUT_MS
    this.#port = Number(/\/tcp\/(\d+)\/ws$/.exec(String(listener.getAddrs()[0]))?.[1] ?? 0)
  }

  #opened(socket: Socket): void {
    if (this.#isClosed) {
      socket.destroy()
      return
    }
    this.#silent.set(
      socket,
      setTimeout(() => socket.destroy(), HEADERS_TIMEOUT_MS),
    )
    socket.once('close', () => this.#hasSpoken(socket))
  }

  #hasSpoken(socket: Socket): void {
    clearTimeout(this.#silent.get(socket))
    this.#silent.delete(socket)
  }
}

// Both fields are private in the listener’s types; the version is pinned and tests hold us to it.
function serversOf(listener: Listener): Servers | undefined {
  if (!('http' in listener && listener.http instanceof HttpServer)) return undefined
  if (!('server' in listener && listener.server instanceof NetServer)) return undefined
  return { http: listener.http, sockets: listener.server }
}
