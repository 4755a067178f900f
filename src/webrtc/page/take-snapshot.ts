import type { ConnectionSnapshot, SessionDescriptionInit } from '../protocol.ts'

/** The state of a connection at this moment, as plain data that can cross the port. */
export function takeSnapshot(connection: RTCPeerConnection): ConnectionSnapshot {
  const { sctp } = connection
  return {
    connectionState: connection.connectionState,
    iceConnectionState: connection.iceConnectionState,
    iceGatheringState: connection.iceGatheringState,
    signalingState: connection.signalingState,
    currentLocalDescription: plainDescription(connection.currentLocalDescription),
    pendingLocalDescription: plainDescription(connection.pendingLocalDescription),
    currentRemoteDescription: plainDescription(connection.currentRemoteDescription),
    pendingRemoteDescription: plainDescription(connection.pendingRemoteDescription),
    canTrickleIceCandidates: connection.canTrickleIceCandidates,
    sctp:
      sctp === null ? null : { state: sctp.state, maxMessageSize: sctp.maxMessageSize, maxChannels: sctp.maxChannels },
  }
}

function plainDescription(description: RTCSessionDescription | null): SessionDescriptionInit | null {
  return description === null ? null : { type: description.type, sdp: description.sdp }
}
