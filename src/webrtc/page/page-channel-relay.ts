import { ACK_STEP_BYTES, RECEIVE_LIMIT_BYTES, receivedCostBytes } from '../relay-protocol.ts'
import type { RelayData, RelayToPage, RelayToWorker } from '../relay-protocol.ts'
import { toPlainError } from './plain-error.ts'

/** The page's end of a relayed channel; lives until the channel or the port closes. */
export class PageChannelRelay {
  readonly #channel: RTCDataChannel
  readonly #port: MessagePort
  #sentBytes = 0
  #drainedBytes = 0
  #givenBytes = 0
  #takenBytes = 0

  constructor(channel: RTCDataChannel, port: MessagePort) {
    this.#channel = channel
    this.#port = port
  }

  start(): void {
    const channel = this.#channel
    channel.binaryType = 'arraybuffer'
    channel.addEventListener('open', () => this.#reportState('open'))
    channel.addEventListener('closing', () => this.#reportState('closing'))
    channel.addEventListener('close', () => this.#reportState('closed'))
    channel.addEventListener('error', ({ error }) => this.#post({ type: 'error', error: toPlainError(error) }))
    channel.addEventListener('bufferedamountlow', () => this.#acknowledge())
    channel.addEventListener('message', ({ data }: MessageEvent<string | ArrayBuffer>) => this.#give(data))
    this.#port.addEventListener('message', ({ data }: MessageEvent<RelayToPage>) => this.#receive(data))
    // The worker has ended, or closed its end after 'closed'; closing a closed channel does nothing.
    this.#port.addEventListener('close', () => channel.close())
    this.#port.start()
    if (channel.readyState === 'open') {
      this.#reportState('open')
    }
  }

  #receive(message: RelayToPage): void {
    switch (message.type) {
      case 'send':
        this.#send(message.data, message.sizeBytes)
        return
      case 'taken':
        this.#takenBytes = message.totalBytes
        return
      case 'close':
        this.#channel.close()
        return
    }
  }

  #send(data: RelayData, sizeBytes: number): void {
    if (this.#channel.readyState !== 'open') {
      // Closed while this was on its way: lost, as bytes in a closing channel's buffer are.
      return
    }
    try {
      sendAs(this.#channel, data)
    } catch (error) {
      // A gap in a reliable channel is worse than its end.
      this.#fail(toPlainError(error))
      return
    }
    this.#sentBytes += sizeBytes
    this.#acknowledge()
  }

  /** Tells how much has left the buffer, in steps; asks the channel to say when the next step has drained. */
  #acknowledge(): void {
    const { bufferedAmount } = this.#channel
    const drainedBytes = this.#sentBytes - bufferedAmount
    if (
      drainedBytes - this.#drainedBytes >= ACK_STEP_BYTES ||
      (bufferedAmount === 0 && drainedBytes > this.#drainedBytes)
    ) {
      this.#drainedBytes = drainedBytes
      this.#post({ type: 'drained', totalBytes: drainedBytes })
    }
    const nextStepBytes = this.#drainedBytes + ACK_STEP_BYTES
    this.#channel.bufferedAmountLowThreshold = Math.max(0, this.#sentBytes - nextStepBytes)
  }

  #give(data: string | ArrayBuffer): void {
    this.#givenBytes += receivedCostBytes(data)
    if (this.#givenBytes - this.#takenBytes > RECEIVE_LIMIT_BYTES) {
      this.#fail({ name: 'OperationError', message: 'The worker did not keep up with this channel; it was closed' })
      return
    }
    this.#post({ type: 'message', data }, typeof data === 'string' ? [] : [data])
  }

  #fail(error: Extract<RelayToWorker, { type: 'error' }>['error']): void {
    if (this.#channel.readyState === 'closing' || this.#channel.readyState === 'closed') {
      return
    }
    this.#post({ type: 'error', error })
    this.#channel.close()
  }

  #reportState(state: 'open' | 'closing' | 'closed'): void {
    this.#post({ type: 'state', state, id: this.#channel.id })
  }

  #post(message: RelayToWorker, transfer: Transferable[] = []): void {
    this.#port.postMessage(message, transfer)
  }
}

/** One call for each overload of `send`; the types know no union. */
function sendAs(channel: RTCDataChannel, data: RelayData): void {
  if (typeof data === 'string') {
    channel.send(data)
  } else if (data instanceof Blob) {
    channel.send(data)
  } else {
    channel.send(data)
  }
}
