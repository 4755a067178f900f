import type Tracker from 'bittorrent-tracker/server'
import type { AddressInfo, Socket } from 'node:net'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'

export interface RunningTracker {
  /** Begins with `ws://`; for `PageConfig.tracker`. */
  readonly url: string
  stop(): Promise<void>
}

/**
 * A BitTorrent tracker on localhost that introduces WebTorrent’s pages to each other, WebSocket only.
 *
 * `benchDir` is the folder of the benchmark’s workspace, where its package is installed.
 */
export async function startTracker(benchDir: string): Promise<RunningTracker> {
  const tracker = new (await loadTracker(benchDir))({ udp: false, http: false, ws: true, stats: false })
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

/** By its file: the compiled harness lies where the workspace’s packages are not found, and runs without them, too. */
async function loadTracker(benchDir: string): Promise<typeof Tracker> {
  const file = pathToFileURL(join(benchDir, 'node_modules', 'bittorrent-tracker', 'server.js'))
  // What the package exports as `./server`.
  const module = (await import(/* @vite-ignore */ file.href)) as { default: typeof Tracker }
  return module.default
}
