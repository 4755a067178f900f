import type { Stream } from '@libp2p/interface'

/**
 * What a stream’s transport holds and has not sent, bytes; undefined where it does not say. Streams of `@libp2p/webrtc` have
 * a data channel, which counts; a WebSocket’s connection counts for all of its streams together.
 */
export function unsentBytesOf(stream: Stream): number | undefined {
  const channel: unknown = 'channel' in stream ? stream.channel : undefined
  if (typeof channel !== 'object' || channel === null || !('bufferedAmount' in channel)) return undefined
  return typeof channel.bufferedAmount === 'number' ? channel.bufferedAmount : undefined
}
