/**
 * What the two halves of WebRTC say to each other over one `MessagePort`.
 *
 *   worker                                   page
 *   new RTCPeerConnection  -- create-connection -->  new RTCPeerConnection   -- connection-made | connection-failed -->
 *   createOffer() …        -- call --------------->  the real method         -- result | failure ------------------->
 *   createDataChannel()    -- create-channel ----->  the real method         -- channel-created (carries channel) -->
 *                                                    a remote peer's channel -- incoming-channel (carries it) ------>
 *                                                    every other event       -- event ------------------------------>
 *   close()                -- close-connection --->  close()
 *
 * Each message about a connection carries a snapshot of its state at that moment, so that the worker's getters answer
 * at once and agree with the event that is being handled. Messages arrive in the order in which they were posted.
 */
declare const brand: unique symbol
type Id<Name extends string> = number & { readonly [brand]: Name }

export type ConnectionId = Id<'connection'>
export type ChannelId = Id<'channel'>
export type CallId = Id<'call'>
export type CertificateId = Id<'certificate'>

type AnyId = ConnectionId | ChannelId | CallId | CertificateId

/** Gives 1, 2, 3 … as ids of one kind; a brand exists only for the compiler, so only an assertion can give it. */
export class IdSequence<SomeId extends AnyId> {
  #last: SomeId = 0 as SomeId

  next(): SomeId {
    this.#last = (this.#last + 1) as SomeId
    return this.#last
  }
}

export interface SessionDescriptionInit {
  readonly type: 'answer' | 'offer' | 'pranswer' | 'rollback'
  readonly sdp: string
}

export interface IceCandidateInit {
  readonly candidate?: string
  readonly sdpMid?: string | null
  readonly sdpMLineIndex?: number | null
  readonly usernameFragment?: string | null
}

export interface ConnectionSnapshot {
  readonly connectionState: 'closed' | 'connected' | 'connecting' | 'disconnected' | 'failed' | 'new'
  readonly iceConnectionState: 'checking' | 'closed' | 'completed' | 'connected' | 'disconnected' | 'failed' | 'new'
  readonly iceGatheringState: 'complete' | 'gathering' | 'new'
  readonly signalingState:
    | 'closed'
    | 'have-local-offer'
    | 'have-local-pranswer'
    | 'have-remote-offer'
    | 'have-remote-pranswer'
    | 'stable'
  readonly currentLocalDescription: SessionDescriptionInit | null
  readonly pendingLocalDescription: SessionDescriptionInit | null
  readonly currentRemoteDescription: SessionDescriptionInit | null
  readonly pendingRemoteDescription: SessionDescriptionInit | null
  readonly canTrickleIceCandidates: boolean | null
  readonly sctp: SctpSnapshot | null
}

export interface SctpSnapshot {
  readonly state: 'closed' | 'connected' | 'connecting'
  readonly maxMessageSize: number
  readonly maxChannels: number | null
}

/** `RTCConfiguration` with its certificates, which cannot leave the page, named by id. */
export interface ConnectionConfiguration {
  readonly iceServers?: readonly IceServer[]
  readonly iceTransportPolicy?: 'all' | 'relay'
  readonly bundlePolicy?: 'balanced' | 'max-bundle' | 'max-compat'
  readonly rtcpMuxPolicy?: 'require'
  readonly iceCandidatePoolSize?: number
  readonly certificates?: readonly CertificateId[]
}

export interface IceServer {
  readonly urls: string | string[]
  readonly username?: string
  readonly credential?: string
}

export interface ChannelInit {
  readonly ordered?: boolean
  readonly maxPacketLifeTime?: number
  readonly maxRetransmits?: number
  readonly protocol?: string
  readonly negotiated?: boolean
  readonly id?: number
}

/** What a channel said about itself when it left the page. */
export interface ChannelDescription {
  readonly label: string
  readonly protocol: string
  readonly ordered: boolean
  readonly negotiated: boolean
  readonly maxPacketLifeTime: number | null
  readonly maxRetransmits: number | null
  readonly id: number | null
}

/** How a channel's bytes reach the worker: the channel itself, or a port that the page relays them over. */
export type ChannelCarrier =
  | { readonly kind: 'direct'; readonly channel: RTCDataChannel }
  | { readonly kind: 'relay'; readonly port: MessagePort }

/** Generating a certificate takes WebCrypto's algorithm objects or a name. */
export type CertificateAlgorithm = string | { readonly name: string; readonly [parameter: string]: unknown }

export interface CertificateDescription {
  readonly certificate: CertificateId
  readonly expiresMs: number
  readonly fingerprints: readonly { readonly algorithm?: string; readonly value?: string }[]
}

export type ConnectionCall =
  | { readonly method: 'createOffer'; readonly iceRestart: boolean }
  | { readonly method: 'createAnswer' }
  | { readonly method: 'setLocalDescription'; readonly description: SessionDescriptionInit | undefined }
  | { readonly method: 'setRemoteDescription'; readonly description: SessionDescriptionInit }
  | { readonly method: 'addIceCandidate'; readonly candidate: IceCandidateInit | null | undefined }
  | { readonly method: 'setConfiguration'; readonly configuration: ConnectionConfiguration }
  | { readonly method: 'restartIce' }
  | { readonly method: 'getStats' }

export type CallResult =
  | { readonly kind: 'nothing' }
  | { readonly kind: 'description'; readonly description: SessionDescriptionInit }
  | { readonly kind: 'stats'; readonly entries: readonly (readonly [string, unknown])[] }
  | { readonly kind: 'certificate'; readonly certificate: CertificateDescription }

/** An error as it crosses: a `DOMException`'s name and message, and the detail that an `RTCError` adds. */
export interface PlainError {
  readonly name: string
  readonly message: string
  readonly errorDetail?: string
}

/** Chrome refuses a new peer connection while 500 earlier ones are not yet collected as garbage, closed or not. */
export interface BudgetReading {
  /** Peer connections made in this tab so far. */
  readonly made: number
  /** Those that still count against the limit: open, or closed and not yet collected. */
  readonly held: number
  /** How many may be held; `Infinity` where the browser sets no limit. */
  readonly limit: number
}

export type StateEventType =
  | 'connectionstatechange'
  | 'iceconnectionstatechange'
  | 'icegatheringstatechange'
  | 'negotiationneeded'
  | 'signalingstatechange'

export type ConnectionEvent =
  | { readonly type: StateEventType }
  /** `null` says that gathering has ended. */
  | { readonly type: 'icecandidate'; readonly candidate: IceCandidateInit | null }
  | { readonly type: 'icecandidateerror'; readonly detail: IceCandidateErrorDetail }

export interface IceCandidateErrorDetail {
  readonly errorCode: number
  readonly errorText: string
  readonly url: string
  readonly address: string | null
  readonly port: number | null
}

export type MessageToPage =
  /** First message: can this worker receive an `RTCDataChannel`? */
  | { readonly type: 'hello'; readonly acceptsChannels: boolean }
  /** A message could not be read here: stop transferring channels. */
  | { readonly type: 'channels-unreadable' }
  | {
      readonly type: 'create-connection'
      readonly connection: ConnectionId
      readonly configuration: ConnectionConfiguration
    }
  | { readonly type: 'close-connection'; readonly connection: ConnectionId }
  | {
      readonly type: 'create-channel'
      readonly connection: ConnectionId
      readonly channel: ChannelId
      readonly label: string
      readonly init: ChannelInit
    }
  | {
      readonly type: 'call'
      readonly connection: ConnectionId
      readonly call: CallId
      readonly request: ConnectionCall
    }
  | { readonly type: 'generate-certificate'; readonly call: CallId; readonly algorithm: CertificateAlgorithm }

export type MessageToWorker =
  /** First message: does this page have WebRTC? */
  | { readonly type: 'ready'; readonly hasWebRtc: boolean; readonly budget: BudgetReading }
  | { readonly type: 'budget'; readonly budget: BudgetReading }
  | { readonly type: 'connection-made'; readonly connection: ConnectionId; readonly budget: BudgetReading }
  | {
      readonly type: 'connection-failed'
      readonly connection: ConnectionId
      readonly reason: 'budget-spent' | 'no-webrtc' | 'refused'
      readonly error: PlainError
      readonly budget: BudgetReading
    }
  | {
      readonly type: 'event'
      readonly connection: ConnectionId
      readonly snapshot: ConnectionSnapshot
      readonly event: ConnectionEvent
    }
  | {
      readonly type: 'incoming-channel'
      readonly connection: ConnectionId
      readonly snapshot: ConnectionSnapshot
      readonly description: ChannelDescription
      readonly carrier: ChannelCarrier
    }
  | {
      readonly type: 'channel-created'
      readonly channel: ChannelId
      readonly description: ChannelDescription
      readonly carrier: ChannelCarrier
    }
  | { readonly type: 'channel-failed'; readonly channel: ChannelId; readonly error: PlainError }
  | {
      readonly type: 'result'
      readonly call: CallId
      /** Absent for a call that is not about one connection. */
      readonly snapshot: ConnectionSnapshot | null
      readonly result: CallResult
    }
  | {
      readonly type: 'failure'
      readonly call: CallId
      readonly snapshot: ConnectionSnapshot | null
      readonly error: PlainError
    }
  /** Last message: every connection is closed and nobody listens any more. */
  | { readonly type: 'stopped' }

export type PostToWorker = (message: MessageToWorker, transfer?: Transferable[]) => void
