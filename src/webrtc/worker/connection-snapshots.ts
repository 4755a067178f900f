import type { ConnectionSnapshot } from '../protocol.ts'

/** A connection before the page has said anything about it. */
export const NEW_CONNECTION: ConnectionSnapshot = {
  connectionState: 'new',
  iceConnectionState: 'new',
  iceGatheringState: 'new',
  signalingState: 'stable',
  currentLocalDescription: null,
  pendingLocalDescription: null,
  currentRemoteDescription: null,
  pendingRemoteDescription: null,
  canTrickleIceCandidates: null,
  sctp: null,
}

/** The same connection once closed; its descriptions stay readable, as in a window. */
export function closedSnapshot(last: ConnectionSnapshot): ConnectionSnapshot {
  return { ...last, connectionState: 'closed', iceConnectionState: 'closed', signalingState: 'closed' }
}
