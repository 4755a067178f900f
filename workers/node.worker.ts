/**
 * The node’s worker: one for each page that runs the node.
 *
 *   1 install WebRTC (must come first: libp2p looks for it when it is imported)
 *   2 wait for the page’s start   3 start the node   4 serve it
 */
import { isWebRtcAvailable, webRtcPort } from '../src/webrtc/worker/install.ts'
import { startBrowserNode } from '../src/node/browser-node.ts'
import { serveWorker } from '../src/rpc/server.ts'

declare const self: DedicatedWorkerGlobalScope

serveWorker(self, {
  webRtcPort,
  start: async (init) => {
    // A page without WebRTC says so only now; the node then does without.
    await isWebRtcAvailable
    return startBrowserNode(init)
  },
})
