import type {
  CertificateAlgorithm,
  ConnectionConfiguration,
  ConnectionId,
  MessageToPage,
  PostToWorker,
} from '../protocol.ts'
import type { Certificates } from './certificates.ts'
import type { ConnectionBudget } from './connection-budget.ts'
import { PagePeerConnection } from './page-peer-connection.ts'
import { toPlainError } from './plain-error.ts'

export interface ConnectionsComponents {
  readonly post: PostToWorker
  readonly budget: ConnectionBudget
  readonly certificates: Certificates
  readonly RTCPeerConnection: typeof RTCPeerConnection | undefined
  readonly transfer: 'auto' | 'never'
}

/** The real connections behind one worker's stand-ins, by the ids that the worker gave them. */
export class Connections {
  readonly #components: ConnectionsComponents
  readonly #connections = new Map<ConnectionId, PagePeerConnection>()
  #mayTransfer: boolean

  constructor(components: ConnectionsComponents) {
    this.#components = components
    this.#mayTransfer = components.transfer === 'auto'
  }

  get hasWebRtc(): boolean {
    return this.#components.RTCPeerConnection !== undefined
  }

  /** Handles one message from the worker, to the end of what must happen in this task. */
  receive(message: MessageToPage): void {
    switch (message.type) {
      case 'hello':
        this.#mayTransfer &&= message.acceptsChannels
        return
      case 'channels-unreadable':
        this.#mayTransfer = false
        return
      case 'create-connection':
        this.#create(message.connection, message.configuration)
        return
      case 'close-connection':
        this.#close(message.connection)
        return
      case 'create-channel':
        // Without its connection the worker has failed the channel already.
        this.#connections.get(message.connection)?.createChannel(message)
        return
      case 'call':
        void this.#connections.get(message.connection)?.call(message.call, message.request)
        return
      case 'generate-certificate':
        void this.#generateCertificate(message)
        return
    }
  }

  closeAll(): void {
    for (const id of this.#connections.keys()) {
      this.#close(id)
    }
  }

  #create(id: ConnectionId, configuration: ConnectionConfiguration): void {
    const { post, budget } = this.#components
    const Real = this.#components.RTCPeerConnection
    if (Real === undefined) {
      const error = { name: 'NotSupportedError', message: 'This page has no RTCPeerConnection' }
      post({ type: 'connection-failed', connection: id, reason: 'no-webrtc', error, budget: budget.reading })
      return
    }
    try {
      const real = new Real(this.#realConfiguration(configuration))
      budget.countMade(real)
      post({ type: 'connection-made', connection: id, budget: budget.reading })
      this.#connections.set(id, this.#watch(id, real))
    } catch (error) {
      const plain = toPlainError(error)
      // "Cannot create so many PeerConnections" is Chromium's only UnknownError here.
      const reason = plain.name === 'UnknownError' ? 'budget-spent' : 'refused'
      if (reason === 'budget-spent') {
        budget.urge()
      }
      post({ type: 'connection-failed', connection: id, reason, error: plain, budget: budget.reading })
    }
  }

  #watch(id: ConnectionId, real: RTCPeerConnection): PagePeerConnection {
    return new PagePeerConnection(
      { id, real, post: this.#components.post },
      {
        mayTransfer: () => this.#mayTransfer,
        realConfiguration: (configuration) => this.#realConfiguration(configuration),
      },
    )
  }

  #close(id: ConnectionId): void {
    const connection = this.#connections.get(id)
    if (connection === undefined) {
      return
    }
    this.#connections.delete(id)
    connection.close()
    this.#components.budget.countClosed()
  }

  #realConfiguration(configuration: ConnectionConfiguration): RTCConfiguration {
    const { iceServers, certificates, ...plain } = configuration
    return {
      ...plain,
      ...(iceServers === undefined ? {} : { iceServers: iceServers.map((server) => ({ ...server })) }),
      ...(certificates === undefined
        ? {}
        : { certificates: certificates.map((id) => this.#components.certificates.get(id)) }),
    }
  }

  async #generateCertificate({ call, algorithm }: { call: CallIdOf; algorithm: CertificateAlgorithm }): Promise<void> {
    const { post, certificates } = this.#components
    try {
      const Real = this.#components.RTCPeerConnection
      if (Real === undefined) {
        throw new DOMException('This page has no RTCPeerConnection', 'NotSupportedError')
      }
      const certificate = certificates.add(await Real.generateCertificate(algorithm))
      post({ type: 'result', call, snapshot: null, result: { kind: 'certificate', certificate } })
    } catch (error) {
      post({ type: 'failure', call, snapshot: null, error: toPlainError(error) })
    }
  }
}

type CallIdOf = Extract<MessageToPage, { type: 'generate-certificate' }>['call']
