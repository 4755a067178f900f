/**
 * Counts what one connection carries on the streams that are ours, and remembers when it last showed life.
 *
 * libp2p offers three places to count, none of them usable here (3.3.11): a `message` listener of our own starts the
 * flow of a stream before its reader is there, and loses the first bytes; middleware is an array that libp2p itself adds
 * each handler to, so that the second stream is handled twice; and a WebRTC connection carries nothing itself, its
 * streams do. So the stream’s own `dispatchEvent` and `send` are wrapped: they see what the reader and the writer see.
 */
import { type MessageStream, StreamMessageEvent } from '@libp2p/interface'

export class Traffic {
  receivedBytes = 0
  sentBytes = 0
  /** When the other side last showed that it lives, on the clock of `performance.now()`. */
  lastSignMs: number

  constructor(nowMs = performance.now()) {
    this.lastSignMs = nowMs
  }

  /** Notes that the other side lives. */
  sign(nowMs = performance.now()): void {
    this.lastSignMs = nowMs
  }
}

/** Counts a stream’s bytes into `traffic`, for as long as the stream lives. */
export function meter(stream: MessageStream, traffic: Traffic): void {
  const dispatch = stream.dispatchEvent.bind(stream)
  const send = stream.send.bind(stream)
  stream.dispatchEvent = (event) => {
    if (event instanceof StreamMessageEvent) {
      traffic.receivedBytes += event.data.byteLength
      traffic.sign()
    } else if (event.type === 'drain') {
      // What we sent went out: the other side took it, though it may have nothing to say.
      traffic.sign()
    }
    return dispatch(event)
  }
  stream.send = (data) => {
    const sizeBytes = data.byteLength
    const canSendMore = send(data)
    traffic.sentBytes += sizeBytes
    return canSendMore
  }
}
