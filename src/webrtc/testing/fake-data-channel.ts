import { DataChannelEvents } from '../worker/data-channel-events.ts'

/** A data channel without a network: a test opens it, drains it and says what the remote peer sent. */
export class FakeDataChannel extends DataChannelEvents implements RTCDataChannel {
  readonly label: string
  readonly protocol = ''
  readonly ordered = true
  readonly negotiated = false
  readonly maxPacketLifeTime = null
  readonly maxRetransmits = null
  id: number | null = null
  readyState: RTCDataChannelState = 'connecting'
  bufferedAmount = 0
  bufferedAmountLowThreshold = 0
  binaryType: BinaryType = 'blob'
  readonly sent: (string | Blob | ArrayBuffer | ArrayBufferView<ArrayBuffer>)[] = []

  constructor(label = '') {
    super()
    this.label = label
  }

  send(data: string | Blob | ArrayBuffer | ArrayBufferView<ArrayBuffer>): void {
    if (this.readyState !== 'open') {
      throw new DOMException('not open', 'InvalidStateError')
    }
    this.sent.push(data)
    this.bufferedAmount += typeof data === 'string' ? data.length : data instanceof Blob ? data.size : data.byteLength
  }

  close(): void {
    this.endWith('close')
  }

  open(): void {
    this.id = 1
    this.readyState = 'open'
    this.dispatchEvent(new Event('open'))
  }

  /** What the remote peer's close, or this side's, leads to. */
  endWith(...events: ('closing' | 'close')[]): void {
    if (this.readyState === 'closed') {
      return
    }
    for (const type of events) {
      this.readyState = type === 'closing' ? 'closing' : 'closed'
      this.dispatchEvent(new Event(type))
    }
  }

  deliver(data: string | ArrayBuffer): void {
    this.dispatchEvent(new MessageEvent('message', { data }))
  }

  /** The network takes so many bytes from the buffer. */
  drain(sizeBytes: number): void {
    const before = this.bufferedAmount
    this.bufferedAmount = Math.max(0, before - sizeBytes)
    if (before > this.bufferedAmountLowThreshold && this.bufferedAmount <= this.bufferedAmountLowThreshold) {
      this.dispatchEvent(new Event('bufferedamountlow'))
    }
  }
}
