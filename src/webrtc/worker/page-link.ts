import { QuireError } from '../../errors.ts'
import { IdSequence } from '../protocol.ts'
import type {
  CallResult,
  CertificateAlgorithm,
  ChannelCarrier,
  ChannelDescription,
  ChannelId,
  ChannelInit,
  ConnectionCall,
  ConnectionConfiguration,
  ConnectionEvent,
  ConnectionId,
  ConnectionSnapshot,
  MessageToPage,
  MessageToWorker,
} from '../protocol.ts'
import { fromPlainError } from './from-plain-error.ts'
import { PendingCalls } from './pending-calls.ts'
import { RelayedDataChannel } from './relayed-data-channel.ts'
import { StubDataChannel } from './stub-data-channel.ts'
import { WorkerBudget } from './worker-budget.ts'
import type { WebRtcBudget } from './worker-budget.ts'

/** What the link tells a connection of this worker. */
export interface LinkedConnection {
  follow(snapshot: ConnectionSnapshot): void
  receiveEvent(event: ConnectionEvent): void
  receiveChannel(channel: RTCDataChannel): void
  /** The page can do nothing more for this connection. */
  fail(error: Error): void
}

type LinkState = { readonly kind: 'usable' } | { readonly kind: 'unusable'; readonly error: QuireError }
type MessageOf<Type extends MessageToWorker['type']> = Extract<MessageToWorker, { type: Type }>

/** The worker's end of the port: whom each message is for. */
export class PageLink {
  readonly #port: MessagePort
  readonly #connections = new Map<ConnectionId, LinkedConnection>()
  readonly #unboundStubs = new Map<ChannelId, StubDataChannel>()
  readonly #calls = new PendingCalls()
  readonly #budget = new WorkerBudget()
  readonly #connectionIds = new IdSequence<ConnectionId>()
  readonly #channelIds = new IdSequence<ChannelId>()
  readonly #availability = Promise.withResolvers<boolean>()
  #state: LinkState = { kind: 'usable' }

  constructor(port: MessagePort) {
    this.#port = port
  }

  get budget(): WebRtcBudget {
    return this.#budget.current
  }

  /** Whether the page has WebRTC, once it has said so or is gone. */
  get isAvailable(): Promise<boolean> {
    return this.#availability.promise
  }

  start(): void {
    this.#port.addEventListener('message', ({ data }: MessageEvent<MessageToWorker>) => this.#receive(data))
    this.#port.addEventListener('messageerror', () => this.#refuseChannels())
    this.#port.addEventListener('close', () => this.#end('The page that makes peer connections is gone'))
    this.#port.start()
    this.#post({ type: 'hello', acceptsChannels: 'RTCDataChannel' in globalThis })
  }

  /** Throws ERR_WEBRTC_UNAVAILABLE or ERR_WEBRTC_BUDGET_SPENT. */
  openConnection(connection: LinkedConnection, configuration: ConnectionConfiguration): ConnectionId {
    if (this.#state.kind === 'unusable') {
      throw this.#state.error
    }
    const { state, held } = this.#budget.current
    if (state === 'spent') {
      throw budgetSpent(held)
    }
    const id = this.#connectionIds.next()
    this.#connections.set(id, connection)
    this.#budget.countAsked()
    this.#post({ type: 'create-connection', connection: id, configuration })
    return id
  }

  /** Pending calls of this connection reject with `reason`; nothing more is heard of it. */
  closeConnection(id: ConnectionId, reason: Error): void {
    if (this.#connections.delete(id)) {
      this.#post({ type: 'close-connection', connection: id })
      this.#calls.rejectAllOf(id, reason)
    }
  }

  createChannel(connection: ConnectionId, label: string, init: ChannelInit): StubDataChannel {
    const channel = this.#channelIds.next()
    const stub = new StubDataChannel(label, init, channel)
    this.#unboundStubs.set(channel, stub)
    stub.addEventListener('close', () => this.#unboundStubs.delete(channel), { once: true })
    this.#post({ type: 'create-channel', connection, channel, label, init })
    return stub
  }

  call(connection: ConnectionId, request: ConnectionCall): Promise<CallResult> {
    return this.#calls.add(connection, (call) => this.#post({ type: 'call', connection, call, request }))
  }

  generateCertificate(algorithm: CertificateAlgorithm): Promise<CallResult> {
    if (this.#state.kind === 'unusable') {
      return Promise.reject(this.#state.error)
    }
    return this.#calls.add(null, (call) => this.#post({ type: 'generate-certificate', call, algorithm }))
  }

  #receive(message: MessageToWorker): void {
    switch (message.type) {
      case 'ready':
        this.#budget.update(message.budget)
        if (!message.hasWebRtc) {
          this.#end('The page has no RTCPeerConnection')
        }
        this.#availability.resolve(message.hasWebRtc)
        return
      case 'budget':
        this.#budget.update(message.budget)
        return
      case 'connection-made':
        this.#budget.countAnswered(message.budget)
        return
      case 'connection-failed':
        this.#failConnection(message)
        return
      case 'event': {
        const connection = this.#connections.get(message.connection)
        connection?.follow(message.snapshot)
        connection?.receiveEvent(message.event)
        return
      }
      case 'incoming-channel':
        this.#receiveChannel(message)
        return
      case 'channel-created':
        this.#bindStub(message)
        return
      case 'channel-failed':
        this.#unboundStubs.get(message.channel)?.fail(fromPlainError(message.error))
        return
      case 'result':
      case 'failure':
        this.#settle(message)
        return
      case 'stopped':
        this.#end('The page stopped making peer connections')
        return
    }
  }

  #receiveChannel({ connection: id, snapshot, description, carrier }: MessageOf<'incoming-channel'>): void {
    const connection = this.#connections.get(id)
    const channel = openCarrier(description, carrier)
    if (connection === undefined) {
      channel.close()
      return
    }
    connection.follow(snapshot)
    connection.receiveChannel(channel)
  }

  #bindStub({ channel: id, description, carrier }: MessageOf<'channel-created'>): void {
    const stub = this.#unboundStubs.get(id)
    const channel = openCarrier(description, carrier)
    this.#unboundStubs.delete(id)
    if (stub === undefined) {
      channel.close()
      return
    }
    stub.bind(channel)
  }

  #settle(message: MessageOf<'result'> | MessageOf<'failure'>): void {
    const pending = this.#calls.take(message.call)
    if (pending === undefined) {
      return
    }
    if (pending.connection !== null && message.snapshot !== null) {
      this.#connections.get(pending.connection)?.follow(message.snapshot)
    }
    if (message.type === 'result') {
      pending.resolve(message.result)
    } else {
      pending.reject(fromPlainError(message.error))
    }
  }

  #failConnection({ connection: id, reason, error: plain, budget }: MessageOf<'connection-failed'>): void {
    this.#budget.countAnswered(budget)
    const cause = fromPlainError(plain)
    const error =
      reason === 'budget-spent'
        ? budgetSpent(budget.held, cause)
        : reason === 'no-webrtc'
          ? new QuireError('ERR_WEBRTC_UNAVAILABLE', 'The page has no RTCPeerConnection', { cause })
          : cause
    this.#dropConnection(id, error)
  }

  #dropConnection(id: ConnectionId, error: Error): void {
    const connection = this.#connections.get(id)
    this.#connections.delete(id)
    this.#calls.rejectAllOf(id, error)
    connection?.fail(error)
  }

  /** A channel was sent that this worker cannot read; which one is unknown, so all that are awaited fail. */
  #refuseChannels(): void {
    this.#post({ type: 'channels-unreadable' })
    for (const stub of this.#unboundStubs.values()) {
      stub.fail(new DOMException('The data channel could not be moved to this worker', 'DataCloneError'))
    }
  }

  #end(message: string): void {
    if (this.#state.kind === 'unusable') {
      return
    }
    const error = new QuireError('ERR_WEBRTC_UNAVAILABLE', message)
    this.#state = { kind: 'unusable', error }
    this.#availability.resolve(false)
    for (const id of this.#connections.keys()) {
      this.#dropConnection(id, error)
    }
    this.#calls.rejectAll(error)
  }

  #post(message: MessageToPage): void {
    this.#port.postMessage(message)
  }
}

function openCarrier(description: ChannelDescription, carrier: ChannelCarrier): RTCDataChannel {
  if (carrier.kind === 'direct') {
    return carrier.channel
  }
  const relayed = new RelayedDataChannel(description, carrier.port)
  relayed.start()
  return relayed
}

function budgetSpent(held: number, cause?: Error): QuireError {
  const message = `The browser allows no more than the ${held} peer connections that this tab holds`
  return new QuireError('ERR_WEBRTC_BUDGET_SPENT', message, { cause, details: { held } })
}
