import type {
  CallId,
  CallResult,
  ChannelId,
  ChannelInit,
  ConnectionCall,
  ConnectionConfiguration,
  ConnectionEvent,
  ConnectionId,
  PostToWorker,
  StateEventType,
} from '../protocol.ts'
import { handOverChannel } from './hand-over-channel.ts'
import { toPlainError } from './plain-error.ts'
import { takeSnapshot } from './take-snapshot.ts'

export interface PagePeerConnectionComponents {
  readonly id: ConnectionId
  readonly real: RTCPeerConnection
  readonly post: PostToWorker
}

export interface PagePeerConnectionInit {
  /** Asked for each channel: the worker may say late that it cannot receive them. */
  readonly mayTransfer: () => boolean
  readonly realConfiguration: (configuration: ConnectionConfiguration) => RTCConfiguration
}

const STATE_EVENTS: readonly StateEventType[] = [
  'connectionstatechange',
  'iceconnectionstatechange',
  'icegatheringstatechange',
  'negotiationneeded',
  'signalingstatechange',
]

/** One real connection: does what the worker asks and reports what happens to it. */
export class PagePeerConnection {
  readonly #id: ConnectionId
  readonly #real: RTCPeerConnection
  readonly #post: PostToWorker
  readonly #init: PagePeerConnectionInit
  /** Ends all listeners: after `close` nothing of this connection may reach the worker. */
  readonly #listening = new AbortController()
  #transport: RTCDtlsTransport | undefined

  constructor(components: PagePeerConnectionComponents, init: PagePeerConnectionInit) {
    this.#id = components.id
    this.#real = components.real
    this.#post = components.post
    this.#init = init
    this.#listen()
  }

  /** Makes a channel and gives it to the worker before this task ends; later the browser would not let it go. */
  createChannel({ channel, label, init }: { channel: ChannelId; label: string; init: ChannelInit }): void {
    try {
      const real = this.#real.createDataChannel(label, init)
      handOverChannel(real, this.#init.mayTransfer(), (description, carrier, transfer) => {
        this.#post({ type: 'channel-created', channel, description, carrier }, transfer)
      })
    } catch (error) {
      this.#post({ type: 'channel-failed', channel, error: toPlainError(error) })
    }
  }

  /** Calls the real method in this task, which keeps the worker's order, and posts the outcome when there is one. */
  async call(call: CallId, request: ConnectionCall): Promise<void> {
    try {
      const result = await this.#perform(request)
      this.#post({ type: 'result', call, snapshot: takeSnapshot(this.#real), result })
    } catch (error) {
      this.#post({ type: 'failure', call, snapshot: takeSnapshot(this.#real), error: toPlainError(error) })
    }
  }

  close(): void {
    this.#listening.abort()
    this.#real.close()
  }

  #listen(): void {
    const { signal } = this.#listening
    for (const type of STATE_EVENTS) {
      this.#real.addEventListener(type, () => this.#reportState(type), { signal })
    }
    this.#real.addEventListener(
      'icecandidate',
      ({ candidate }) => this.#report({ type: 'icecandidate', candidate: candidate?.toJSON() ?? null }),
      { signal },
    )
    this.#real.addEventListener(
      'icecandidateerror',
      ({ errorCode, errorText, url, address, port }) =>
        this.#report({ type: 'icecandidateerror', detail: { errorCode, errorText, url, address, port } }),
      { signal },
    )
    this.#real.addEventListener('datachannel', ({ channel }) => this.#handOverIncoming(channel), { signal })
  }

  #reportState(type: StateEventType): void {
    this.#report({ type })
    // The transport comes with the descriptions; no event of its own says so.
    this.#watchTransport()
  }

  #handOverIncoming(channel: RTCDataChannel): void {
    const snapshot = takeSnapshot(this.#real)
    handOverChannel(channel, this.#init.mayTransfer(), (description, carrier, transfer) => {
      this.#post({ type: 'incoming-channel', connection: this.#id, snapshot, description, carrier }, transfer)
    })
  }

  /**
   * A remote `close()` ends DTLS at once (16 ms measured), but `connectionState` becomes `failed` only when ICE gives
   * up, after 15 s. So the transport's end closes the connection here; the browser then fires no event for it.
   */
  #watchTransport(): void {
    const transport = this.#real.sctp?.transport
    if (transport === undefined || transport === this.#transport) {
      return
    }
    this.#transport = transport
    const closeWithTransport = (): void => {
      if (transport.state === 'closed' || transport.state === 'failed') {
        this.#real.close()
        this.#report({ type: 'connectionstatechange' })
      }
    }
    transport.addEventListener('statechange', closeWithTransport, { signal: this.#listening.signal })
    closeWithTransport()
  }

  #report(event: ConnectionEvent): void {
    this.#post({ type: 'event', connection: this.#id, snapshot: takeSnapshot(this.#real), event })
  }

  async #perform(request: ConnectionCall): Promise<CallResult> {
    const real = this.#real
    switch (request.method) {
      case 'createOffer':
        return described(await real.createOffer({ iceRestart: request.iceRestart }))
      case 'createAnswer':
        return described(await real.createAnswer())
      case 'setLocalDescription':
        await real.setLocalDescription(request.description)
        return { kind: 'nothing' }
      case 'setRemoteDescription':
        await real.setRemoteDescription(request.description)
        return { kind: 'nothing' }
      case 'addIceCandidate':
        await real.addIceCandidate(request.candidate)
        return { kind: 'nothing' }
      case 'setConfiguration':
        real.setConfiguration(this.#init.realConfiguration(request.configuration))
        return { kind: 'nothing' }
      case 'restartIce':
        real.restartIce()
        return { kind: 'nothing' }
      case 'getStats': {
        const entries: (readonly [string, unknown])[] = []
        const report = await real.getStats()
        report.forEach((value: unknown, key) => entries.push([key, value]))
        return { kind: 'stats', entries }
      }
      default:
        return request satisfies never
    }
  }
}

function described({ type, sdp }: RTCSessionDescriptionInit): CallResult {
  return { kind: 'description', description: { type, sdp: sdp ?? '' } }
}
