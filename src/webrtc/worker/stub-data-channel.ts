import type { ChannelInit } from '../protocol.ts'
import { DataChannelEvents } from './data-channel-events.ts'
import { InitLatch, type LatchVerdict } from './init-latch.ts'
import { RelayedDataChannel } from './relayed-data-channel.ts'
import { RtcErrorEvent } from './rtc-events.ts'

/** Above every real id, which fits 16 bits; libp2p names streams after the id before the browser has chosen one. */
const FIRST_PROVISIONAL_ID = 65_536
/** With a quarter of what `network/` lets a stream buffer left, the next is sent. */
const REFILL_BYTES = 128 * 1024

type Binding =
  | { readonly kind: 'unbound' }
  | { readonly kind: 'bound'; readonly channel: RTCDataChannel }
  | { readonly kind: 'failed' }

/**
 * What `createDataChannel` returns at once, before the page has made the channel that it will stand for.
 *
 * Events of the bound channel are dispatched again on this one: about 3 µs for a message, 1 % of a core at 50 MB/s.
 */
export class StubDataChannel extends DataChannelEvents implements RTCDataChannel {
  readonly label: string
  readonly protocol: string
  readonly ordered: boolean
  readonly negotiated: boolean
  readonly maxPacketLifeTime: number | null
  readonly maxRetransmits: number | null
  readonly #provisionalId: number
  readonly #latch: InitLatch
  #binding: Binding = { kind: 'unbound' }
  #closeRequested = false
  #binaryType: BinaryType = 'arraybuffer'
  #lowThresholdBytes = 0

  /** `ordinal` is unique among the stubs of a worker. */
  constructor(label: string, init: ChannelInit, ordinal: number) {
    super()
    this.label = label
    this.protocol = init.protocol ?? ''
    this.ordered = init.ordered ?? true
    this.negotiated = init.negotiated ?? false
    this.maxPacketLifeTime = init.maxPacketLifeTime ?? null
    this.maxRetransmits = init.maxRetransmits ?? null
    this.#provisionalId = init.id ?? FIRST_PROVISIONAL_ID + ordinal
    this.#latch = new InitLatch(label)
  }

  get id(): number {
    return this.#binding.kind === 'bound' ? (this.#binding.channel.id ?? this.#provisionalId) : this.#provisionalId
  }

  get readyState(): RTCDataChannelState {
    if (this.#latch.isHolding) {
      return 'open'
    }
    if (this.#binding.kind === 'bound') {
      return this.#binding.channel.readyState
    }
    if (this.#binding.kind === 'failed') {
      return 'closed'
    }
    return this.#closeRequested ? 'closing' : 'connecting'
  }

  get bufferedAmount(): number {
    return this.#binding.kind === 'bound' ? this.#binding.channel.bufferedAmount : 0
  }

  get binaryType(): BinaryType {
    return this.#binaryType
  }

  set binaryType(binaryType: BinaryType) {
    this.#binaryType = binaryType
    if (this.#binding.kind === 'bound') {
      this.#binding.channel.binaryType = binaryType
    }
  }

  get bufferedAmountLowThreshold(): number {
    return this.#lowThresholdBytes
  }

  set bufferedAmountLowThreshold(thresholdBytes: number) {
    this.#lowThresholdBytes = thresholdBytes
    if (this.#binding.kind === 'bound') {
      this.#binding.channel.bufferedAmountLowThreshold = realThreshold(thresholdBytes)
    }
  }

  send(data: string | Blob | ArrayBuffer | ArrayBufferView<ArrayBuffer>): void {
    if (this.#binding.kind !== 'bound') {
      throw new DOMException(`The data channel is ${this.readyState}, not open`, 'InvalidStateError')
    }
    sendAs(this.#binding.channel, data)
  }

  close(): void {
    if (this.#closeRequested) {
      return
    }
    this.#closeRequested = true
    if (this.#latch.release() === 'close-hidden') {
      // The caller waits for this after close() has returned.
      queueMicrotask(() => this.dispatchEvent(new Event('close')))
    }
    if (this.#binding.kind === 'bound') {
      this.#binding.channel.close()
    }
  }

  /** From now on this stands for `channel`; must run in the task that received it, or its first messages are lost. */
  bind(channel: RTCDataChannel): void {
    if (this.#binding.kind !== 'unbound') {
      channel.close()
      return
    }
    this.#binding = { kind: 'bound', channel }
    channel.binaryType = this.#binaryType
    channel.bufferedAmountLowThreshold = realThreshold(this.#lowThresholdBytes)
    channel.addEventListener('message', ({ data }) => this.dispatchEvent(new MessageEvent('message', { data })))
    channel.addEventListener('bufferedamountlow', () => this.dispatchEvent(new Event('bufferedamountlow')))
    channel.addEventListener('error', (event) => this.dispatchEvent(new RtcErrorEvent(errorOf(event))))
    for (const type of ['open', 'closing', 'close'] as const) {
      channel.addEventListener(type, () => this.#followRemote(type))
    }
    if (this.#closeRequested) {
      channel.close()
    }
  }

  /** The connection stands. */
  connected(): void {
    this.#obey(this.#latch.onConnected(), 'open')
  }

  /** The connection is gone; with an error where this side did not close it. */
  fail(error: Error | null): void {
    const isHidden = this.#latch.release() === 'close-hidden'
    if (this.#binding.kind === 'failed') {
      return
    }
    if (this.#binding.kind === 'bound' && !isHidden) {
      // A real channel says so by itself.
      if (this.#binding.channel instanceof RelayedDataChannel) {
        this.#binding.channel.fail(error)
      }
      return
    }
    this.#binding = { kind: 'failed' }
    if (error !== null && !this.#closeRequested) {
      // libp2p's dialler waits for `open` on its first channel and hears only `error`: without it the dial times out.
      this.dispatchEvent(new RtcErrorEvent(error))
    }
    this.dispatchEvent(new Event('close'))
  }

  #followRemote(type: 'open' | 'closing' | 'close'): void {
    this.#obey(this.#latch.onRemote(type), type)
  }

  #obey(verdict: LatchVerdict, type: 'open' | 'closing' | 'close'): void {
    if (verdict === 'pass') {
      this.dispatchEvent(new Event(type))
    } else if (verdict === 'open-instead') {
      this.dispatchEvent(new Event('open'))
    }
  }
}

/**
 * libp2p asks to be told at 0 only, and would then leave the line idle until it has sent more. A little earlier keeps it
 * busy, with so little buffered that another stream of the connection does not wait long.
 */
function realThreshold(thresholdBytes: number): number {
  return thresholdBytes === 0 ? REFILL_BYTES : thresholdBytes
}

/** One call for each overload of `send`; the types know no union. */
function sendAs(channel: RTCDataChannel, data: string | Blob | ArrayBuffer | ArrayBufferView<ArrayBuffer>): void {
  if (typeof data === 'string') {
    channel.send(data)
  } else if (data instanceof Blob) {
    channel.send(data)
  } else if (data instanceof ArrayBuffer) {
    channel.send(data)
  } else {
    channel.send(data)
  }
}

function errorOf(event: Event): Error {
  return 'error' in event && event.error instanceof Error
    ? event.error
    : new DOMException('The data channel failed', 'OperationError')
}
