import type {
  CallResult,
  CertificateAlgorithm,
  ChannelInit,
  ConnectionCall,
  ConnectionEvent,
  ConnectionId,
  ConnectionSnapshot,
  IceCandidateInit,
  SessionDescriptionInit,
} from '../protocol.ts'
import { Certificate } from './certificate.ts'
import { IceCandidate } from './ice-candidate.ts'
import { closedSnapshot } from './connection-snapshots.ts'
import type { PageLink } from './page-link.ts'
import { toConnectionConfiguration } from './peer-configuration.ts'
import type { PeerConfiguration } from './peer-configuration.ts'
import { PeerConnectionState } from './peer-connection-state.ts'
import { RelayedDataChannel } from './relayed-data-channel.ts'
import { DataChannelEvent, IceCandidateErrorEvent, IceCandidateEvent } from './rtc-events.ts'
import { StubDataChannel } from './stub-data-channel.ts'

/** `RTCPeerConnection` for data channels; media methods are absent. */
export class WorkerPeerConnection extends PeerConnectionState {
  readonly #link: PageLink
  readonly #id: ConnectionId
  /** Channels that do not learn by themselves that their connection is gone. */
  readonly #channels = new Set<StubDataChannel | RelayedDataChannel>()
  #configuration: PeerConfiguration

  constructor(link: PageLink, configuration: PeerConfiguration = {}) {
    super()
    this.#link = link
    this.#configuration = configuration
    this.#id = link.openConnection(
      {
        follow: (snapshot) => this.#follow(snapshot),
        receiveEvent: (event) => this.#receiveEvent(event),
        receiveChannel: (channel) => this.#receiveChannel(channel),
        fail: (error) => this.#fail(error),
      },
      toConnectionConfiguration(configuration),
    )
  }

  getConfiguration(): PeerConfiguration {
    return this.#configuration
  }

  async setConfiguration(configuration: PeerConfiguration = {}): Promise<void> {
    await this.#call({ method: 'setConfiguration', configuration: toConnectionConfiguration(configuration) })
    this.#configuration = configuration
  }

  async createOffer(options: { readonly iceRestart?: boolean } = {}): Promise<SessionDescriptionInit> {
    return descriptionOf(await this.#call({ method: 'createOffer', iceRestart: options.iceRestart ?? false }))
  }

  async createAnswer(): Promise<SessionDescriptionInit> {
    return descriptionOf(await this.#call({ method: 'createAnswer' }))
  }

  async setLocalDescription(description?: SessionDescriptionInit): Promise<void> {
    await this.#call({ method: 'setLocalDescription', description: description && plainDescription(description) })
  }

  async setRemoteDescription(description: SessionDescriptionInit): Promise<void> {
    await this.#call({ method: 'setRemoteDescription', description: plainDescription(description) })
  }

  async addIceCandidate(candidate?: IceCandidateInit | null): Promise<void> {
    await this.#call({ method: 'addIceCandidate', candidate: candidate && plainCandidate(candidate) })
  }

  /** A `Map` with the entries of the page's `RTCStatsReport`, the selected candidate pair among them. */
  async getStats(): Promise<ReadonlyMap<string, unknown>> {
    const result = await this.#call({ method: 'getStats' })
    return new Map(result.kind === 'stats' ? result.entries : [])
  }

  restartIce(): void {
    // A window's restartIce returns nothing and cannot fail; here it fails only where the connection is closed.
    this.#call({ method: 'restartIce' }).catch(() => undefined)
  }

  createDataChannel(label: string, init: ChannelInit = {}): RTCDataChannel {
    this.#refuseIfClosed()
    const stub = this.#link.createChannel(this.#id, label, { ...init })
    this.#keepUntilClosed(stub)
    return stub
  }

  /** Closes without an event, as in a window; calls that are pending reject with an `InvalidStateError`. */
  close(): void {
    if (this.connectionState !== 'closed') {
      this.#end(closedError(), null)
    }
  }

  #call(request: ConnectionCall): Promise<CallResult> {
    return this.connectionState === 'closed' ? Promise.reject(closedError()) : this.#link.call(this.#id, request)
  }

  #follow(snapshot: ConnectionSnapshot): void {
    if (snapshot.connectionState === 'closed') {
      this.#end(closedError(), new DOMException('The peer connection was closed', 'OperationError'))
    }
    this.snapshot = snapshot
    if (snapshot.connectionState === 'connected') {
      for (const channel of this.#channels) {
        if (channel instanceof StubDataChannel) {
          channel.connected()
        }
      }
    }
  }

  #receiveEvent(event: ConnectionEvent): void {
    switch (event.type) {
      case 'icecandidate':
        this.dispatchEvent(new IceCandidateEvent(event.candidate && new IceCandidate(event.candidate)))
        return
      case 'icecandidateerror':
        this.dispatchEvent(new IceCandidateErrorEvent(event.detail))
        return
      default:
        this.dispatchEvent(new Event(event.type))
    }
  }

  #receiveChannel(channel: RTCDataChannel): void {
    if (channel instanceof RelayedDataChannel) {
      this.#keepUntilClosed(channel)
    }
    this.dispatchEvent(new DataChannelEvent(channel))
  }

  #fail(error: Error): void {
    if (this.connectionState === 'closed') {
      return
    }
    this.#end(error, error)
    this.dispatchEvent(new Event('connectionstatechange'))
  }

  /** `channelError` is what the channels report before they close: as in a window, nothing after a local close. */
  #end(reason: Error, channelError: Error | null): void {
    this.snapshot = closedSnapshot(this.snapshot)
    this.#link.closeConnection(this.#id, reason)
    const channels = [...this.#channels]
    this.#channels.clear()
    // In a task of its own, as a browser does: whoever hears of the connection first may begin to wait for a channel.
    setTimeout(() => {
      for (const channel of channels) {
        channel.fail(channelError)
      }
    })
  }

  #keepUntilClosed(channel: StubDataChannel | RelayedDataChannel): void {
    this.#channels.add(channel)
    channel.addEventListener('close', () => this.#channels.delete(channel), { once: true })
  }

  #refuseIfClosed(): void {
    if (this.connectionState === 'closed') {
      throw closedError()
    }
  }
}

/** The class to put on `globalThis`: its connections go through `link`. */
export function createPeerConnectionClass(link: PageLink) {
  return class RTCPeerConnection extends WorkerPeerConnection {
    constructor(configuration?: PeerConfiguration) {
      super(link, configuration)
    }

    static async generateCertificate(algorithm: CertificateAlgorithm): Promise<Certificate> {
      const result = await link.generateCertificate(algorithm)
      if (result.kind !== 'certificate') {
        throw new TypeError(`The page answered generateCertificate with ${result.kind}`)
      }
      return new Certificate(result.certificate)
    }
  }
}

function closedError(): DOMException {
  return new DOMException('The peer connection is closed', 'InvalidStateError')
}

function descriptionOf(result: CallResult): SessionDescriptionInit {
  if (result.kind !== 'description') {
    throw new TypeError(`The page answered with ${result.kind} where a description was due`)
  }
  return result.description
}

function plainDescription({ type, sdp }: SessionDescriptionInit): SessionDescriptionInit {
  return { type, sdp: sdp ?? '' }
}

function plainCandidate(candidate: IceCandidateInit): IceCandidateInit {
  const { candidate: line, sdpMid, sdpMLineIndex, usernameFragment } = candidate
  return {
    ...(line === undefined ? {} : { candidate: line }),
    ...(sdpMid === undefined ? {} : { sdpMid }),
    ...(sdpMLineIndex === undefined ? {} : { sdpMLineIndex }),
    ...(usernameFragment === undefined ? {} : { usernameFragment }),
  }
}
