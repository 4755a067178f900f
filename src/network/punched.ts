/** Whether a WebRTC connection goes through holes in NATs, or within one network. */
import type { Connection } from '@libp2p/interface'
import { isSignalled } from './addresses.ts'

interface Candidate {
  readonly candidateType?: unknown
}

/**
 * Asks the browser which pair of candidates a connection uses; false where it does not say, or the connection has none.
 *
 * `@libp2p/webrtc` gives its connections no statistics: their multiplexer has the peer connection.
 */
export async function isPunched(connection: Connection): Promise<boolean> {
  // A server that takes WebRTC Direct is dialled where it is; our own address is learnt from its answers all the same.
  if (!isSignalled(connection.remoteAddr)) return false
  const statsOf = statisticsOf(connection)
  if (statsOf === undefined) return false
  const entries = new Map<unknown, object>()
  const stats = await statsOf()
  stats.forEach((entry: unknown, id: unknown) => {
    if (typeof entry === 'object' && entry !== null) entries.set(id, entry)
  })
  const pair = [...entries.values()].find(isSelected)
  if (pair === undefined) return false
  const [local, remote] = ['localCandidateId', 'remoteCandidateId'].map((key) => entries.get(valueOf(pair, key)))
  // A remote candidate that only its own packets told of is also what one of the same network is whose address is hidden.
  return typeOf(local) !== 'host' || typeOf(remote) === 'srflx'
}

function isSelected(entry: object): boolean {
  if (valueOf(entry, 'type') !== 'candidate-pair' || valueOf(entry, 'state') !== 'succeeded') return false
  return valueOf(entry, 'nominated') === true
}

function typeOf(candidate: Candidate | undefined): unknown {
  return candidate?.candidateType
}

function statisticsOf(connection: Connection): (() => Promise<Pick<RTCStatsReport, 'forEach'>>) | undefined {
  const muxer = valueOf(connection, 'muxer')
  const peerConnection = isObject(muxer) ? valueOf(muxer, 'peerConnection') : undefined
  const getStats = isObject(peerConnection) ? valueOf(peerConnection, 'getStats') : undefined
  // What a browser’s `getStats` gives; whoever wraps it gives the same.
  return typeof getStats === 'function' ? () => getStats.call(peerConnection) as Promise<RTCStatsReport> : undefined
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null
}

function valueOf(target: object, key: string): unknown {
  return Reflect.get(target, key)
}
