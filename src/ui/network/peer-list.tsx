import { useSignal } from '@preact/signals'
import type { PeerView } from '../../rpc/api.ts'
import type { RelayView } from '../../rpc/connectivity.ts'
import { Copyable } from '../components/copyable.tsx'
import { countOf, formatBytes, formatRate } from '../format/bytes.ts'
import { noteOfPath, wordsOfConnection } from '../format/connection-words.ts'
import { displayName } from '../format/names.ts'
import { formatRoundTrip } from '../format/time.ts'

/** What stands below the list is not to be far away; a page has up to a hundred connections. */
const PORTION = 20

/** A table of connections; on a phone each row stands as a block, its column names before its values. */
export function PeerList({ peers, relays }: { peers: readonly PeerView[]; relays: readonly RelayView[] }) {
  const isWhole = useSignal(false)
  if (peers.length === 0) return <p class="quiet none-line">Connected to nobody now.</p>
  const shown = isWhole.value ? peers : peers.slice(0, PORTION)
  return (
    <>
      <PeerTable peers={shown} relays={relays} />
      {shown.length === peers.length ? null : (
        <button type="button" class="button more-button" onClick={() => (isWhole.value = true)}>
          Show {countOf(peers.length - shown.length, 'more connection')}
        </button>
      )}
    </>
  )
}

function PeerTable({ peers, relays }: { peers: readonly PeerView[]; relays: readonly RelayView[] }) {
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
          <PeerRow key={`${peer.peer} ${peer.transport} ${peer.isDirect}`} peer={peer} relays={relays} />
        ))}
      </tbody>
    </table>
  )
}

function PeerRow({ peer, relays }: { peer: PeerView; relays: readonly RelayView[] }) {
  const note = noteOfPath(peer)
  return (
    <tr>
      <td>
        <Copyable text={peer.peer} label="Peer id" />
        <p class="quiet peer-agent">
          {peer.isKeeper ? <span class="tag">Keeper</span> : null}
          {peer.agent === undefined ? 'Not introduced yet' : displayName(peer.agent)}
        </p>
      </td>
      <td data-column="Connection">
        {wordsOfConnection(peer, relays)}
        {note === undefined ? null : <p class="quiet">{note}</p>}
      </td>
      <td data-column="Round trip" class="numbers">
        {formatRoundTrip(peer.rttMs)}
      </td>
      <td data-column="Received" class="numbers">
        <Amount bytesPerSecond={peer.receivedBytesPerSecond} bytes={peer.receivedBytes} />
      </td>
      <td data-column="Sent" class="numbers">
        <Amount bytesPerSecond={peer.sentBytesPerSecond} bytes={peer.sentBytes} />
      </td>
    </tr>
  )
}

/** How fast something moves now, and how much there was; only the latter where nothing moves. */
function Amount({ bytesPerSecond, bytes }: { bytesPerSecond: number; bytes: number }) {
  const all = <p class="quiet">{formatBytes(bytes)} in all</p>
  return bytesPerSecond === 0 ? (
    all
  ) : (
    <>
      {formatRate(bytesPerSecond)}
      {all}
    </>
  )
}
