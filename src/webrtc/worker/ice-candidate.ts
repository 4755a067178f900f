import type { IceCandidateInit } from '../protocol.ts'

/** `RTCIceCandidate` as far as signalling needs it: what `toJSON` carries, without the parsed parts. */
export class IceCandidate {
  readonly candidate: string
  readonly sdpMid: string | null
  readonly sdpMLineIndex: number | null
  readonly usernameFragment: string | null

  /** Throws a TypeError where neither `sdpMid` nor `sdpMLineIndex` says which media section is meant. */
  constructor(init: IceCandidateInit = {}) {
    this.candidate = init.candidate ?? ''
    this.sdpMid = init.sdpMid ?? null
    this.sdpMLineIndex = init.sdpMLineIndex ?? null
    this.usernameFragment = init.usernameFragment ?? null
    if (this.sdpMid === null && this.sdpMLineIndex === null) {
      throw new TypeError('An ICE candidate needs sdpMid or sdpMLineIndex')
    }
  }

  toJSON(): IceCandidateInit {
    const { candidate, sdpMid, sdpMLineIndex, usernameFragment } = this
    return { candidate, sdpMid, sdpMLineIndex, usernameFragment }
  }
}
