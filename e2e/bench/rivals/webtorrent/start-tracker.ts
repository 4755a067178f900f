import Tracker from 'bittorrent-tracker/server'
import type { AddressInfo, Socket } from 'node:net'

export interface RunningTracker {
  /** Begins with `ws://`; for `PageConfig.tracker`. */
  readonly url: string
  stop(): Promise<void>
}

/** A BitTorrent tracker on localhost that introduces WebTorrent’s pages to each other, WebSocket only. */
export async function startTracker(): Promise<RunningTracker> {
  const tracker = new Tracker({ udp: false, http: false, ws: true, stats: false })
  const sockets = new Set<Socket>()
  tracker.http.on('connection', (socket: Socket) => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
  })
  await new Promise<void>((resolve, reject) => {
    tracker.on('error', reject)
    tracker.listen(0, '127.0.0.1', resolve)
  })
  // A TCP server’s address is an AddressInfo, the text is for pipes.
  const { port } = tracker.http.address() as AddressInfo
  return {
    url: `ws://127.0.0.1:${port}`,
    async stop() {
      const closed = new Promise<void>((resolve) => tracker.close(resolve))
      // Pages that are still open would keep it waiting.
      for (const socket of sockets) socket.destroy()
      await closed
    },
  }
}
