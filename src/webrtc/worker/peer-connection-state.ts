import type { ConnectionSnapshot, SctpSnapshot, SessionDescriptionInit } from '../protocol.ts'
import { NEW_CONNECTION } from './connection-snapshots.ts'
import { PeerConnectionEvents } from './peer-connection-events.ts'
import { SessionDescription } from './session-description.ts'

/** The attributes of a peer connection; they answer from the last snapshot that the page sent. */
export class PeerConnectionState extends PeerConnectionEvents {
  protected snapshot: ConnectionSnapshot = NEW_CONNECTION

  get connectionState(): ConnectionSnapshot['connectionState'] {
    return this.snapshot.connectionState
  }

  get iceConnectionState(): ConnectionSnapshot['iceConnectionState'] {
    return this.snapshot.iceConnectionState
  }

  get iceGatheringState(): ConnectionSnapshot['iceGatheringState'] {
    return this.snapshot.iceGatheringState
  }

  get signalingState(): ConnectionSnapshot['signalingState'] {
    return this.snapshot.signalingState
  }

  get currentLocalDescription(): SessionDescription | null {
    return toDescription(this.snapshot.currentLocalDescription)
  }

  get pendingLocalDescription(): SessionDescription | null {
    return toDescription(this.snapshot.pendingLocalDescription)
  }

  get currentRemoteDescription(): SessionDescription | null {
    return toDescription(this.snapshot.currentRemoteDescription)
  }

  get pendingRemoteDescription(): SessionDescription | null {
    return toDescription(this.snapshot.pendingRemoteDescription)
  }

  get localDescription(): SessionDescription | null {
    return this.pendingLocalDescription ?? this.currentLocalDescription
  }

  get remoteDescription(): SessionDescription | null {
    return this.pendingRemoteDescription ?? this.currentRemoteDescription
  }

  get canTrickleIceCandidates(): boolean | null {
    return this.snapshot.canTrickleIceCandidates
  }

  get sctp(): SctpSnapshot | null {
    return this.snapshot.sctp
  }
}

function toDescription(description: SessionDescriptionInit | null): SessionDescription | null {
  return description && new SessionDescription(description)
}
