/**
 * Makes `abort` close a WebSocket.
 *
 * @libp2p/websockets (10.1.21) aborts with `close(1006)`, a code that programs may not send: the call throws, libp2p only
 * logs it, and the socket stays open. The other side never learns of it, and a peer that we dropped keeps its socket.
 */
import type { MultiaddrConnection } from '@libp2p/interface'

/** To be called with each connection as soon as there is one, once. */
export function mendAbort(connection: MultiaddrConnection): void {
  // Missing in the types: the version is pinned, and a test holds us to it.
  if (!('websocket' in connection) || !isClosable(connection.websocket)) return
  const { websocket } = connection
  const abort = connection.abort.bind(connection)
  connection.abort = (error) => {
    websocket.close()
    abort(error)
  }
}

function isClosable(value: unknown): value is { close(): void } {
  return typeof value === 'object' && value !== null && 'close' in value && typeof value.close === 'function'
}
