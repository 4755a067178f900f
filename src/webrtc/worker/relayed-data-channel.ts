import type { ChannelDescription } from '../protocol.ts'
import { ACK_STEP_BYTES, SEND_LIMIT_BYTES, receivedCostBytes } from '../relay-protocol.ts'
import type { RelayData, RelayToPage, RelayToWorker } from '../relay-protocol.ts'
import { DataChannelEvents } from './data-channel-events.ts'
import { fromPlainError } from './from-plain-error.ts'
import { RtcErrorEvent } from './rtc-events.ts'

/** A data channel whose real half stayed in the page; its bytes come and go over a port. */
export class RelayedDataChannel extends DataChannelEvents implements RTCDataChannel {
  readonly label: string
  readonly protocol: string
  readonly ordered: boolean
  readonly negotiated: boolean
  readonly maxPacketLifeTime: number | null
  readonly maxRetransmits: number | null
  binaryType: BinaryType = 'arraybuffer'
  bufferedAmountLowThreshold = 0
  readonly #port: MessagePort
  #id: number | null
  #state: RTCDataChannelState = 'connecting'
  #postedBytes = 0
  #drainedBytes = 0
  #takenBytes = 0
  #acknowledgedBytes = 0

  constructor(description: ChannelDescription, port: MessagePort) {
    super()
    this.label = description.label
    this.protocol = description.protocol
    this.ordered = description.ordered
    this.negotiated = description.negotiated
    this.maxPacketLifeTime = description.maxPacketLifeTime
    this.maxRetransmits = description.maxRetransmits
    this.#id = description.id
    this.#port = port
  }

  get id(): number | null {
    return this.#id
  }

  get readyState(): RTCDataChannelState {
    return this.#state
  }

  get bufferedAmount(): number {
    return this.#postedBytes - this.#drainedBytes
  }

  /** Lets messages in; they arrive in later tasks, so whoever is given the channel in this one misses none. */
  start(): void {
    this.#port.addEventListener('message', ({ data }: MessageEvent<RelayToWorker>) => this.#receive(data))
    this.#port.addEventListener('close', () => this.#end())
    this.#port.start()
  }

  /**
   * Copies `data`, since the caller may reuse its buffer (libp2p sends views of pooled ones), and moves the copy.
   * Throws an `InvalidStateError` unless open, an `OperationError` where more than 8 MiB would wait.
   */
  send(data: string | Blob | ArrayBuffer | ArrayBufferView<ArrayBuffer>): void {
    if (this.#state !== 'open') {
      throw new DOMException(`The data channel is ${this.#state}, not open`, 'InvalidStateError')
    }
    const sizeBytes = sizeOf(data)
    if (this.bufferedAmount + sizeBytes > SEND_LIMIT_BYTES) {
      throw new DOMException('The send queue of this data channel is full', 'OperationError')
    }
    this.#postedBytes += sizeBytes
    const copy = copyOf(data)
    this.#post({ type: 'send', data: copy, sizeBytes }, copy instanceof ArrayBuffer ? [copy] : [])
  }

  close(): void {
    if (this.#state === 'connecting' || this.#state === 'open') {
      this.#state = 'closing'
      this.#post({ type: 'close' })
    }
  }

  /** The connection is gone: nothing more will come from the page. */
  fail(error: Error | null): void {
    if (error !== null && (this.#state === 'connecting' || this.#state === 'open')) {
      this.dispatchEvent(new RtcErrorEvent(error))
    }
    this.#end()
  }

  #end(): void {
    if (this.#state === 'closed') {
      return
    }
    this.#state = 'closed'
    this.#port.close()
    this.dispatchEvent(new Event('close'))
  }

  #receive(message: RelayToWorker): void {
    switch (message.type) {
      case 'message':
        this.#take(message.data)
        return
      case 'drained':
        this.#drain(message.totalBytes)
        return
      case 'state':
        this.#id = message.id ?? this.#id
        this.#follow(message.state)
        return
      case 'error':
        this.dispatchEvent(new RtcErrorEvent(fromPlainError(message.error)))
        return
    }
  }

  #take(data: string | ArrayBuffer): void {
    this.#takenBytes += receivedCostBytes(data)
    if (this.#takenBytes - this.#acknowledgedBytes >= ACK_STEP_BYTES) {
      this.#acknowledgedBytes = this.#takenBytes
      this.#post({ type: 'taken', totalBytes: this.#takenBytes })
    }
    if (this.#state === 'closed') {
      return
    }
    const wanted = this.binaryType === 'blob' && typeof data !== 'string' ? new Blob([data]) : data
    this.dispatchEvent(new MessageEvent('message', { data: wanted }))
  }

  #drain(totalBytes: number): void {
    const wasAbove = this.bufferedAmount > this.bufferedAmountLowThreshold
    this.#drainedBytes = totalBytes
    if (wasAbove && this.bufferedAmount <= this.bufferedAmountLowThreshold) {
      this.dispatchEvent(new Event('bufferedamountlow'))
    }
  }

  #follow(state: 'open' | 'closing' | 'closed'): void {
    if (state === 'closed') {
      this.#end()
      return
    }
    if (this.#state === 'closing' || this.#state === 'closed') {
      return
    }
    this.#state = state
    this.dispatchEvent(new Event(state))
  }

  #post(message: RelayToPage, transfer: Transferable[] = []): void {
    this.#port.postMessage(message, transfer)
  }
}

function sizeOf(data: string | Blob | ArrayBuffer | ArrayBufferView): number {
  if (typeof data === 'string') {
    return new TextEncoder().encode(data).byteLength
  }
  return data instanceof Blob ? data.size : data.byteLength
}

function copyOf(data: string | Blob | ArrayBuffer | ArrayBufferView<ArrayBuffer>): RelayData {
  if (typeof data === 'string' || data instanceof Blob) {
    return data
  }
  return data instanceof ArrayBuffer
    ? data.slice(0)
    : data.buffer.slice(data.byteOffset, data.byteOffset + data.byteLength)
}
