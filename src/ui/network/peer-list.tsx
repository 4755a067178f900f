import type { PeerView } from '../../rpc/api.ts'
import { Copyable } from '../components/copyable.tsx'
import { formatBytes } from '../format/bytes.ts'
import { displayName } from '../format/names.ts'
import { formatRoundTrip } from '../format/time.ts'
import { wordsOfConnection } from '../format/words.ts'

/** A table of connections; on a phone each row stands as a block, its column names before its values. */
export function PeerList({ peers }: { peers: readonly PeerView[] }) {
  if (peers.length === 0) return <p class="quiet none-line">Connected to nobody now.</p>
  return (
    <table class="peers">
      <thead>
        <tr>
          <th scope="col">Peer</th>
          <th scope="col">Connection</th>
          <th scope="col" class="numbers">
            Round trip
          </th>
          <th scope="col" class="numbers">
            Received
          </th>
          <th scope="col" class="numbers">
            Sent
          </th>
        </tr>
      </thead>
      <tbody>
        {peers.map((peer) => (
          <PeerRow key={`${peer.peer} ${peer.transport} ${peer.isDirect}`} peer={peer} />
        ))}
      </tbody>
    </table>
  )
}

function PeerRow({ peer }: { peer: PeerView }) {
  return (
    <tr>
      <td>
        <Copyable text={peer.peer} label="Peer id" />
        <p class="quiet peer-agent">
          {peer.isKeeper ? <span class="tag">Keeper</span> : null}
          {peer.agent === undefined ? 'Not introduced yet' : displayName(peer.agent)}
        </p>
      </td>
      <td data-column="Connection">{wordsOfConnection(peer)}</td>
      <td data-column="Round trip" class="numbers">
        {formatRoundTrip(peer.rttMs)}
      </td>
      <td data-column="Received" class="numbers">
        {formatBytes(peer.receivedBytes)}
      </td>
      <td data-column="Sent" class="numbers">
        {formatBytes(peer.sentBytes)}
      </td>
    </tr>
  )
}
