/** How this node stands in the network: reachability, its own names, its peers. */
import type { NodeStatus } from '../../rpc/api.ts'
import type { RelayView } from '../../rpc/connectivity.ts'
import { useApp } from '../app-context.ts'
import { Copyable } from '../components/copyable.tsx'
import { Icon } from '../components/icon.tsx'
import { withHosts, wordsOfAddress } from '../format/addresses.ts'
import { countOf } from '../format/bytes.ts'
import { nameOfRelay, wordsOfNat, wordsOfRelay } from '../format/connection-words.ts'
import { sentenceOfReachability } from '../format/words.ts'
import { NoticeList } from '../files/notice-list.tsx'
import { AnnounceWarning } from './announce-warning.tsx'
import { DroppedList } from './dropped-list.tsx'
import { NetworkMap } from './network-map.tsx'
import { PeerList } from './peer-list.tsx'
import { SelfTest } from './self-test.tsx'
import { UnreachedList } from './unreached-list.tsx'
import { UploadLimits } from './upload-limits.tsx'

export function NetworkPlace() {
  const status = useApp().snapshot.value.status
  if (status === undefined) return null
  return (
    <>
      <NoticeList />
      <AnnounceWarning status={status} />
      <Reach status={status} />
      <section aria-labelledby="peers-title">
        <div class="section-head">
          <h2 id="peers-title" class="section-title">
            Peers
          </h2>
          <p class="quiet numbers">{countOf(status.peers.length, 'connection')}</p>
        </div>
        <NetworkMap status={status} />
        <PeerList peers={status.peers} relays={status.relays} />
      </section>
      <SelfTest />
      <UnreachedList unreached={status.unreached} />
      <DroppedList dropped={status.dropped} />
      <UploadLimits limits={status.uploadLimits} />
      <OwnNames status={status} />
    </>
  )
}

function Reach({ status }: { status: NodeStatus }) {
  const { files } = useApp()
  const { text, tone, reason } = sentenceOfReachability(status.reachability)
  const nat = wordsOfNat(status.nat)
  const isOnline = status.reachability.state !== 'offline' && status.reachability.state !== 'starting'
  return (
    <section class="card" aria-labelledby="reach-title">
      <h2 id="reach-title" class={`sentence-${tone}`}>
        {text}
      </h2>
      <p>{reason}</p>
      {isOnline ? (
        <p>
          {nat.text} {nat.advice}
        </p>
      ) : null}
      {isOnline ? <Keepers relays={status.relays} /> : null}
      {status.reachability.state === 'no-keeper' ? (
        <button type="button" class="button button-primary" onClick={() => void files.reconnect()}>
          <Icon name="retry" />
          Try again now
        </button>
      ) : null}
    </section>
  )
}

/** Each keeper and how it stands; of a single one the sentence above has said it. */
function Keepers({ relays }: { relays: readonly RelayView[] }) {
  if (relays.length < 2) return null
  return (
    <ul class="keepers">
      {relays.map((relay) => (
        <li key={relay.address}>
          {nameOfRelay(relay)}:{' '}
          <span class={relay.state === 'reserved' ? 'quiet' : 'sentence-waiting'}>{wordsOfRelay(relay)}</span>
          {relay.reason === undefined ? null : <p class="quiet">{withHosts(relay.reason)}</p>}
        </li>
      ))}
    </ul>
  )
}

function OwnNames({ status }: { status: NodeStatus }) {
  return (
    <section aria-labelledby="own-title">
      <h2 id="own-title" class="section-title">
        This node
      </h2>
      <dl class="facts">
        <div>
          <dt>Peer id</dt>
          <dd>
            <Copyable text={status.peerId} label="Peer id" />
          </dd>
        </div>
        <div>
          <dt>Addresses</dt>
          <dd>
            {status.addresses.length === 0 ? (
              <span class="quiet">None yet: others cannot dial this browser.</span>
            ) : (
              <ul class="plain-list">
                {status.addresses.map((address) => (
                  <li key={address}>
                    <Copyable text={address} label="Address" words={wordsOfAddress(address)} />
                  </li>
                ))}
              </ul>
            )}
          </dd>
        </div>
      </dl>
    </section>
  )
}
