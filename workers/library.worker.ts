/**
 * The node’s worker of programs: as that of the page (`node.worker.ts`), with settings that come before the start.
 *
 *   1 install WebRTC (must come first: libp2p looks for it when it is imported)
 *   2 wait for the settings   3 wait for the start   4 start the node   5 serve it
 */
import { isWebRtcAvailable, webRtcPort } from '../src/webrtc/worker/install.ts'
import { startBrowserNode } from '../src/node/browser-node.ts'
import { serveWorker } from '../src/rpc/server.ts'
import { isSettingsMessage, type WorkerSettings } from '../src/rpc/worker-settings.ts'

declare const self: DedicatedWorkerGlobalScope

const settings = new Promise<WorkerSettings>((resolve) => {
  self.addEventListener('message', ({ data }: MessageEvent<unknown>) => {
    if (isSettingsMessage(data)) resolve(data.settings)
  })
})

serveWorker(self, {
  webRtcPort,
  start: async (init) => {
    await isWebRtcAvailable
    return startBrowserNode({ ...init, settings: await settings })
  },
})
