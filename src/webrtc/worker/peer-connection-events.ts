import type { EventHandler } from './event-handlers.ts'
import { HandlerSlot } from './event-handlers.ts'
import type { DataChannelEvent, IceCandidateErrorEvent, IceCandidateEvent } from './rtc-events.ts'

/** The `on…` attributes of a peer connection. */
export class PeerConnectionEvents extends EventTarget {
  readonly #connectionStateChange = new HandlerSlot<Event>(this, 'connectionstatechange')
  readonly #iceConnectionStateChange = new HandlerSlot<Event>(this, 'iceconnectionstatechange')
  readonly #iceGatheringStateChange = new HandlerSlot<Event>(this, 'icegatheringstatechange')
  readonly #signalingStateChange = new HandlerSlot<Event>(this, 'signalingstatechange')
  readonly #negotiationNeeded = new HandlerSlot<Event>(this, 'negotiationneeded')
  readonly #iceCandidate = new HandlerSlot<IceCandidateEvent>(this, 'icecandidate')
  readonly #iceCandidateError = new HandlerSlot<IceCandidateErrorEvent>(this, 'icecandidateerror')
  readonly #dataChannel = new HandlerSlot<DataChannelEvent>(this, 'datachannel')

  get onconnectionstatechange(): EventHandler<Event> {
    return this.#connectionStateChange.handler
  }

  set onconnectionstatechange(handler: EventHandler<Event>) {
    this.#connectionStateChange.handler = handler
  }

  get oniceconnectionstatechange(): EventHandler<Event> {
    return this.#iceConnectionStateChange.handler
  }

  set oniceconnectionstatechange(handler: EventHandler<Event>) {
    this.#iceConnectionStateChange.handler = handler
  }

  get onicegatheringstatechange(): EventHandler<Event> {
    return this.#iceGatheringStateChange.handler
  }

  set onicegatheringstatechange(handler: EventHandler<Event>) {
    this.#iceGatheringStateChange.handler = handler
  }

  get onsignalingstatechange(): EventHandler<Event> {
    return this.#signalingStateChange.handler
  }

  set onsignalingstatechange(handler: EventHandler<Event>) {
    this.#signalingStateChange.handler = handler
  }

  get onnegotiationneeded(): EventHandler<Event> {
    return this.#negotiationNeeded.handler
  }

  set onnegotiationneeded(handler: EventHandler<Event>) {
    this.#negotiationNeeded.handler = handler
  }

  get onicecandidate(): EventHandler<IceCandidateEvent> {
    return this.#iceCandidate.handler
  }

  set onicecandidate(handler: EventHandler<IceCandidateEvent>) {
    this.#iceCandidate.handler = handler
  }

  get onicecandidateerror(): EventHandler<IceCandidateErrorEvent> {
    return this.#iceCandidateError.handler
  }

  set onicecandidateerror(handler: EventHandler<IceCandidateErrorEvent>) {
    this.#iceCandidateError.handler = handler
  }

  get ondatachannel(): EventHandler<DataChannelEvent> {
    return this.#dataChannel.handler
  }

  set ondatachannel(handler: EventHandler<DataChannelEvent>) {
    this.#dataChannel.handler = handler
  }
}
