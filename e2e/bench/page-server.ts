import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { basename, extname, join, normalize } from 'node:path'
import { type ServerSocket, WebSocketServer } from 'ws'

const MEDIA_TYPES: Readonly<Record<string, string>> = {
  '.js': 'text/javascript; charset=utf-8',
  '.wasm': 'application/wasm',
  '.css': 'text/css; charset=utf-8',
}

/** Serves a page for each built program, `/quire.json` as the keeper says it, and rooms in which two pages find each other. */
export class PageServer {
  readonly #server: Server
  readonly #sockets = new WebSocketServer({ noServer: true })
  readonly #rooms = new Map<string, Set<ServerSocket>>()

  private constructor(folder: string, quireJson: string) {
    this.#server = createServer((request, response) => {
      const path = normalize(new URL(request.url ?? '/', 'http://localhost').pathname)
      if (path === '/quire.json') {
        response.setHeader('Content-Type', 'application/json').end(quireJson)
        return
      }
      if (extname(path) === '') {
        response.setHeader('Content-Type', 'text/html; charset=utf-8').end(pageOf(basename(path)))
        return
      }
      readFile(join(folder, path)).then(
        (bytes) =>
          response.setHeader('Content-Type', MEDIA_TYPES[extname(path)] ?? 'application/octet-stream').end(bytes),
        () => response.writeHead(404).end(),
      )
    })
    this.#server.on('upgrade', (request, socket, head) => {
      this.#sockets.handleUpgrade(request, socket, head, (joined) => this.#join(request.url ?? '', joined))
    })
  }

  static async start(folder: string, quireJson: string): Promise<PageServer> {
    const server = new PageServer(folder, quireJson)
    server.#server.listen(0, 'localhost')
    await once(server.#server, 'listening')
    return server
  }

  get url(): string {
    // It listens on a port, not on a pipe.
    return `http://localhost:${(this.#server.address() as AddressInfo).port}`
  }

  async stop(): Promise<void> {
    for (const socket of this.#sockets.clients) socket.terminate()
    this.#server.closeAllConnections()
    const closed = once(this.#server, 'close')
    this.#server.close()
    await closed
  }

  #join(name: string, socket: ServerSocket): void {
    const room = this.#rooms.get(name) ?? new Set()
    this.#rooms.set(name, room)
    for (const other of room) other.send('joined')
    room.add(socket)
    socket.on('message', (data: Buffer) => {
      for (const other of room) if (other !== socket) other.send(data.toString())
    })
    socket.on('close', () => {
      room.delete(socket)
      if (room.size === 0) this.#rooms.delete(name)
    })
  }
}

/** All pages are the same but for their program. */
function pageOf(name: string): string {
  const icon = '<link rel="icon" href="data:,">'
  return `<!doctype html><title>Benchmark: ${name}</title>${icon}<script type="module" src="/${name}.js"></script>`
}
