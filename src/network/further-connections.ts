/**
 * Connections beside the first one to a peer, each for one stream.
 *
 * A browser’s SCTP carries 1 to 3 MB/s over one connection once the round trip is some 25 ms, several connections several
 * times that. Signalling goes over the connection that is there, so no relay is asked.
 */
import type { Connection, Libp2p, Stream } from '@libp2p/interface'
import { multiaddr } from '@multiformats/multiaddr'
import type { PeerKey } from '../codec/peer-key.ts'
import { QuireError } from '../errors.ts'
import { isSignalled } from './addresses.ts'
import { asError } from './failure.ts'
import type { PeerTable } from './peer-table.ts'

export interface FurtherConnectionsComponents {
  readonly libp2p: Pick<Libp2p, 'dial'>
  readonly table: Pick<PeerTable, 'directConnection'>
}

// Each is a native peer connection in the page; libp2p keeps 96 in all, and most are for other peers.
const MAX_FURTHER_CONNECTIONS = 32

export class FurtherConnections {
  readonly #components: FurtherConnectionsComponents
  #count = 0

  constructor(components: FurtherConnectionsComponents) {
    this.#components = components
  }

  /**
   * A connection of its own to a peer that is connected by WebRTC (a server’s WebRTC Direct is none: nobody there takes signals);
   * `closeWith` ends it with its stream.
   *
   * Errors: `ERR_PEER_NOT_CONNECTED` (no WebRTC connection to begin with, too many further ones, or closed at once), and
   * libp2p’s.
   */
  async open(peer: PeerKey, signal: AbortSignal): Promise<Connection> {
    const first = this.#components.table.directConnection(peer)
    if (first === undefined || !isSignalled(first.remoteAddr)) throw refusal('no WebRTC connection', peer)
    if (this.#count >= MAX_FURTHER_CONNECTIONS) throw refusal('too many connections', peer)
    this.#count += 1
    try {
      const connection = await this.#components.libp2p.dial(multiaddr(`/webrtc/p2p/${peer}`), { force: true, signal })
      // One that was closed by now says so no more.
      if (connection.status !== 'open') throw refusal('it was closed at once', peer)
      connection.addEventListener('close', () => (this.#count -= 1), { once: true })
      return connection
    } catch (error) {
      this.#count -= 1
      throw error
    }
  }
}

/** The connection goes when its stream does. */
export function closeWith(stream: Stream, connection: Connection): void {
  const close = (): void => void connection.close().catch((error: unknown) => connection.abort(asError(error)))
  stream.addEventListener('close', close, { once: true })
  if (stream.status !== 'open') close()
}

function refusal(why: string, peer: PeerKey): QuireError {
  return new QuireError('ERR_PEER_NOT_CONNECTED', `No further connection to this peer: ${why}.`, { details: { peer } })
}
