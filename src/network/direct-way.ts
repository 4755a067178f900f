/** Which way a WebRTC connection goes: within one network, through holes in NATs, or through a TURN server. */
import type { Connection } from '@libp2p/interface'
import { isSignalled } from './addresses.ts'

interface Candidate {
  readonly candidateType?: unknown
}

export type DirectWay = 'direct' | 'punched' | 'turn'

/**
 * Asks the browser which pair of candidates a connection uses; “direct” where it does not say, or the connection has none.
 *
 * `@libp2p/webrtc` gives its connections no statistics: their multiplexer has the peer connection.
 */
export async function wayOf(connection: Connection): Promise<DirectWay> {
  // A server that takes WebRTC Direct is dialled where it is; our own address is learnt from its answers all the same.
  if (!isSignalled(connection.remoteAddr)) return 'direct'
  const statsOf = statisticsOf(connection)
  if (statsOf === undefined) return 'direct'
  const entries = new Map<unknown, object>()
  const stats = await statsOf()
  stats.forEach((entry: unknown, id: unknown) => {
    if (typeof entry === 'object' && entry !== null) entries.set(id, entry)
  })
  const pair = selectedOf(entries)
  if (pair === undefined) return 'direct'
  const [local, remote] = ['localCandidateId', 'remoteCandidateId'].map((key) =>
    typeOf(entries.get(valueOf(pair, key))),
  )
  if (local === 'relay' || remote === 'relay') return 'turn'
  // A remote candidate that only its own packets told of is also what one of the same network is whose address is hidden.
  return local !== 'host' || remote === 'srflx' ? 'punched' : 'direct'
}

/** The transport names it in Chromium and Safari; more than one may be nominated, one after the other. */
function selectedOf(entries: ReadonlyMap<unknown, object>): object | undefined {
  const transport = [...entries.values()].find((entry) => valueOf(entry, 'type') === 'transport')
  const named = transport === undefined ? undefined : valueOf(transport, 'selectedCandidatePairId')
  return entries.get(named) ?? [...entries.values()].find(isNominated)
}

function isNominated(entry: object): boolean {
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
