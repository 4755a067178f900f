/**
 * True for a WebRTC connection that has failed before libp2p has it.
 *
 * Whoever is dialled waits until the peer connection stands, but takes its failure for the end of that wait and goes on with
 * it as with one that stands (util.js of `@libp2p/webrtc` 6.0.33, `readCandidatesUntilConnected`). Content would move to a
 * dead connection. The field is private in the types there; the version is pinned and the laboratory holds us to it.
 */
export function isStillborn(connection: object): boolean {
  const peerConnection: unknown = Reflect.get(connection, 'peerConnection')
  if (typeof peerConnection !== 'object' || peerConnection === null) return false
  const state: unknown = Reflect.get(peerConnection, 'connectionState')
  return state === 'failed' || state === 'closed'
}
