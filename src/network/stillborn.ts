/**
 * True for a WebRTC connection that does not stand when libp2p gets it.
 *
 * Whoever is dialled waits until the peer connection is connected, but takes its failure, and a dialler that gives up, for the
 * end of that wait, and goes on as with one that stands (util.js of `@libp2p/webrtc` 6.0.33,
 * `readCandidatesUntilConnected`). Content would move to a dead connection. The field is private in the types there; the
 * version is pinned and the laboratory holds us to it.
 */
export function isStillborn(connection: object): boolean {
  const peerConnection: unknown = Reflect.get(connection, 'peerConnection')
  if (typeof peerConnection !== 'object' || peerConnection === null) return false
  return Reflect.get(peerConnection, 'connectionState') !== 'connected'
}
