import type { SessionDescriptionInit } from '../protocol.ts'

/** `RTCSessionDescription`. */
export class SessionDescription {
  readonly type: SessionDescriptionInit['type']
  readonly sdp: string

  constructor(init: { readonly type: SessionDescriptionInit['type']; readonly sdp?: string }) {
    this.type = init.type
    this.sdp = init.sdp ?? ''
  }

  toJSON(): SessionDescriptionInit {
    return { type: this.type, sdp: this.sdp }
  }
}
