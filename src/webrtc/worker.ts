/**
 * The worker's half of WebRTC: stand-ins for the three classes that browsers have only in windows.
 *
 *   RTCPeerConnection (worker/worker-peer-connection.ts): getters answer from the last snapshot, methods are calls
 *     -> PageLink (worker/page-link.ts): the port; which call, connection or channel a message is for
 *   createDataChannel -> StubDataChannel (worker/stub-data-channel.ts): usable at once, bound when the page answers
 *     -> the real RTCDataChannel, moved into this worker, or RelayedDataChannel (worker/relayed-data-channel.ts)
 *   datachannel event: the real, moved channel itself, so received bytes pass through nothing of ours
 *
 * `@libp2p/webrtc` copies the classes from `globalThis` when it is first imported: `worker/install.ts` must be the
 * first import of a worker's entry. Nothing here is imported by the page's half.
 */
import { IceCandidate } from './worker/ice-candidate.ts'
import { PageLink } from './worker/page-link.ts'
import { SessionDescription } from './worker/session-description.ts'
import { createPeerConnectionClass } from './worker/worker-peer-connection.ts'
import type { WebRtcBudget } from './worker/worker-budget.ts'

export type { WebRtcBudget } from './worker/worker-budget.ts'

export interface WebRtcInstallation {
  /** For the page: hand it to `serveWebRtc` there. What is asked before that waits in it. */
  readonly port: MessagePort
  /**
   * Whether the page has WebRTC; settles with its first message, so only after it was given the port. Where it has none,
   * the classes have been taken from `target` again by then: `typeof RTCPeerConnection` tells the truth.
   */
  readonly isAvailable: Promise<boolean>
  /** How many connections this tab has made and may hold, as far as the page has said. */
  readonly budget: () => WebRtcBudget
}

/**
 * Puts RTCPeerConnection, RTCSessionDescription and RTCIceCandidate on `target`, in place of any that it has.
 *
 * `new RTCPeerConnection()` throws ERR_WEBRTC_UNAVAILABLE once the page has said that it has no WebRTC or has stopped,
 * and ERR_WEBRTC_BUDGET_SPENT while the tab holds all the connections that the browser allows. What was made before
 * such news becomes `closed`, and its pending calls reject with the same error. A method that fails in the page
 * rejects with a DOMException or TypeError, as in a window; one that is pending at `close()` rejects as well.
 */
export function installWebRtc(target: object = globalThis): WebRtcInstallation {
  const { port1, port2 } = new MessageChannel()
  const link = new PageLink(port1)
  link.start()
  const standIns = {
    RTCPeerConnection: createPeerConnectionClass(link),
    RTCSessionDescription: SessionDescription,
    RTCIceCandidate: IceCandidate,
  }
  Object.assign(target, standIns)
  const isAvailable = link.isAvailable.then((available) => {
    if (!available) {
      Object.keys(standIns).forEach((name) => Reflect.deleteProperty(target, name))
    }
    return available
  })
  return { port: port2, isAvailable, budget: () => link.budget }
}
