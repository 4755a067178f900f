import type { IceCandidateErrorDetail } from '../protocol.ts'
import type { IceCandidate } from './ice-candidate.ts'

/** `RTCPeerConnectionIceEvent`, which workers lack; a `null` candidate says that gathering has ended. */
export class IceCandidateEvent extends Event {
  readonly candidate: IceCandidate | null

  constructor(candidate: IceCandidate | null) {
    super('icecandidate')
    this.candidate = candidate
  }
}

/** `RTCPeerConnectionIceErrorEvent`, which workers lack. */
export class IceCandidateErrorEvent extends Event {
  readonly errorCode: number
  readonly errorText: string
  readonly url: string
  readonly address: string | null
  readonly port: number | null

  constructor(detail: IceCandidateErrorDetail) {
    super('icecandidateerror')
    this.errorCode = detail.errorCode
    this.errorText = detail.errorText
    this.url = detail.url
    this.address = detail.address
    this.port = detail.port
  }
}

/** `RTCDataChannelEvent`, which workers lack. */
export class DataChannelEvent extends Event {
  readonly channel: RTCDataChannel

  constructor(channel: RTCDataChannel) {
    super('datachannel')
    this.channel = channel
  }
}

/** `RTCErrorEvent`, which workers lack. */
export class RtcErrorEvent extends Event {
  readonly error: Error

  constructor(error: Error) {
    super('error')
    this.error = error
  }
}
