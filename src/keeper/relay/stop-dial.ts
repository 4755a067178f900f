import type { Connection, PeerId, Stream } from '@libp2p/interface'
import { lpStream } from '@libp2p/utils'
import type { RelayLimits } from '../relay-limits.ts'
import { MAX_STOP_STREAMS } from './circuit-places.ts'
import { decodeStopReply, encodeStopRequest, MAX_RELAY_MESSAGE_BYTES, STATUS, STOP_PROTOCOL } from './messages.ts'

/**
 * Asks a peer that waits behind the relay to take a circuit from `source`; gives its end of the circuit.
 *
 * Rejects where it does not answer in time, or refuses.
 */
export async function dialWaiting(
  connection: Connection,
  source: PeerId,
  { limits, signal }: { limits: RelayLimits; signal: AbortSignal },
): Promise<Stream> {
  const stream = await connection.newStream(STOP_PROTOCOL, { signal, maxOutboundStreams: MAX_STOP_STREAMS })
  try {
    const stop = lpStream(stream, { maxDataLength: MAX_RELAY_MESSAGE_BYTES })
    await stop.write(encodeStopRequest(source, limits), { signal })
    const status = decodeStopReply((await stop.read({ signal })).subarray())
    if (status !== STATUS.ok) throw new Error(`The peer answered with status ${status ?? 'none'}.`)
    return stop.unwrap()
  } catch (error) {
    stream.abort(error instanceof Error ? error : new Error(String(error)))
    throw error
  }
}
