/**
 * Import this file first in a worker's entry: importing it installs WebRTC, before `@libp2p/webrtc` looks for it.
 * Then post `webRtcPort` (transferred) to the page, which hands it to `serveWebRtc`.
 */
import { installWebRtc } from '../worker.ts'

const installation = installWebRtc()

/** The port to transfer to the page, once. */
export const webRtcPort = installation.port

/** How many peer connections this tab has made and may hold. */
export const webRtcBudget = installation.budget

/** Whether the page has WebRTC; settles after the page was given the port. */
export const isWebRtcAvailable = installation.isAvailable
