import { FakeDataChannel } from './fake-data-channel.ts'

/** A certificate that a test can tell from others. */
export class FakeCertificate {
  readonly expires = 1_000
  readonly getFingerprints = (): object[] => [{ algorithm: 'sha-256', value: 'AB:CD' }]
}

/** A page's `RTCPeerConnection` without a network: the test plays the browser. */
export class FakePeerConnection extends EventTarget {
  static readonly made: FakePeerConnection[] = []
  /** True: the browser makes no more connections. */
  static refuses = false

  static generateCertificate(): Promise<FakeCertificate> {
    return Promise.resolve(new FakeCertificate())
  }

  connectionState = 'new'
  iceConnectionState = 'new'
  iceGatheringState = 'new'
  signalingState = 'stable'
  currentLocalDescription: object | null = null
  pendingLocalDescription: object | null = null
  currentRemoteDescription: object | null = null
  pendingRemoteDescription: object | null = null
  canTrickleIceCandidates = null
  sctp: { state: string; maxMessageSize: number; maxChannels: number; transport: FakeDtlsTransport } | null = null
  readonly configuration: { certificates?: object[] }
  readonly channels: FakeDataChannel[] = []
  readonly candidates: unknown[] = []

  constructor(configuration: { certificates?: object[] } = {}) {
    super()
    if (FakePeerConnection.refuses) {
      throw new DOMException('Cannot create so many PeerConnections', 'UnknownError')
    }
    this.configuration = configuration
    FakePeerConnection.made.push(this)
  }

  createOffer(): Promise<object> {
    return Promise.resolve({ type: 'offer', sdp: 'v=0' })
  }

  /** Never settles, as in a browser whose connection is closed meanwhile. */
  createAnswer(): Promise<object> {
    return new Promise(() => undefined)
  }

  setLocalDescription(description: object): Promise<void> {
    this.pendingLocalDescription = description
    this.signalingState = 'have-local-offer'
    return Promise.resolve()
  }

  setRemoteDescription(): Promise<void> {
    return Promise.reject(new DOMException('no such line', 'OperationError'))
  }

  addIceCandidate(candidate: unknown): Promise<void> {
    this.candidates.push(candidate)
    return Promise.resolve()
  }

  getStats(): Promise<Map<string, object>> {
    return Promise.resolve(new Map([['T1', { type: 'transport', selectedCandidatePairId: 'P1' }]]))
  }

  createDataChannel(label: string): FakeDataChannel {
    if (label === 'refused') {
      throw new TypeError('bad label')
    }
    const channel = new FakeDataChannel(label)
    this.channels.push(channel)
    return channel
  }

  close(): void {
    this.connectionState = 'closed'
    this.signalingState = 'closed'
  }

  /** Fires an event as the browser does. */
  fire(type: string, properties: object = {}): void {
    this.dispatchEvent(Object.assign(new Event(type), properties))
  }
}

export class FakeDtlsTransport extends EventTarget {
  state = 'connected'

  end(): void {
    this.state = 'closed'
    this.dispatchEvent(new Event('statechange'))
  }
}

/** The fake in the place of the real class; it has what the page's half uses and nothing of media. */
export function fakePeerConnectionClass({ refuses = false } = {}): typeof RTCPeerConnection {
  FakePeerConnection.made.length = 0
  FakePeerConnection.refuses = refuses
  return FakePeerConnection as unknown as typeof RTCPeerConnection
}

/** The fake behind the newest connection of the worker, once the page has made it. */
export function newestFake(): FakePeerConnection | undefined {
  return FakePeerConnection.made.at(-1)
}
