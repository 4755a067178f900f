import type { Stream, StreamCloseEvent, StreamMessageEvent } from '@libp2p/interface'
import { QuireError } from '../errors.ts'

/**
 * Reads a stream chunk by chunk until `push` gives a value, and no further: what comes later is kept by nobody.
 *
 * Errors: what `push` throws, `ERR_PEER_NOT_CONNECTED` (the stream ended first). An abort rejects with `signal.reason`; the
 * stream can be written to in every case.
 */
export function readWith<T>(
  stream: Stream,
  push: (chunk: Uint8Array) => T | undefined,
  signal: AbortSignal,
): Promise<T> {
  return new Promise((resolve, reject) => {
    const settle = (act: () => void): void => {
      stream.removeEventListener('message', onMessage)
      stream.removeEventListener('remoteCloseWrite', onEnd)
      stream.removeEventListener('close', onEnd)
      signal.removeEventListener('abort', onAbort)
      // Without a listener the stream would gather up to 4 MiB of whatever else the peer sends. One that is gone already
      // cannot tell the peer, and need not.
      stream.closeRead().catch(() => undefined)
      act()
    }
    const onMessage = (event: StreamMessageEvent): void => {
      try {
        for (const chunk of event.data instanceof Uint8Array ? [event.data] : event.data) {
          const value = push(chunk)
          if (value === undefined) continue
          settle(() => resolve(value))
          return
        }
      } catch (error) {
        settle(() => reject(error))
      }
    }
    const onEnd = (event: Event | StreamCloseEvent): void => {
      const cause = 'error' in event ? event.error : undefined
      settle(() => reject(new QuireError('ERR_PEER_NOT_CONNECTED', 'The stream ended too early.', { cause })))
    }
    const onAbort = (): void => settle(() => reject(signal.reason))
    if (signal.aborted) {
      reject(signal.reason)
      return
    }
    signal.addEventListener('abort', onAbort, { once: true })
    stream.addEventListener('remoteCloseWrite', onEnd)
    stream.addEventListener('close', onEnd)
    stream.addEventListener('message', onMessage)
    if (stream.status !== 'open' || stream.remoteWriteStatus === 'closed') endIfUnread(stream, onEnd)
  })
}

/** A stream whose other end has closed may still hold unread bytes; only without them is it over. */
function endIfUnread(stream: Stream, onEnd: (event: Event) => void): void {
  if (stream.readBufferLength === 0) onEnd(new Event('close'))
}
