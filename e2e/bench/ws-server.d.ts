/** The part of `ws` that the page server uses, beside what `src/network/ws.d.ts` declares; the package brings no types. */
declare module 'ws' {
  import type { IncomingMessage } from 'node:http'
  import type { Duplex } from 'node:stream'

  interface ServerSocket {
    send(text: string): void
    terminate(): void
    on(type: 'message', listener: (data: Buffer) => void): void
    on(type: 'close', listener: () => void): void
  }

  class WebSocketServer {
    constructor(init: { noServer: true })
    readonly clients: ReadonlySet<ServerSocket>
    handleUpgrade(
      request: IncomingMessage,
      socket: Duplex,
      head: Buffer,
      callback: (joined: ServerSocket) => void,
    ): void
  }
}
