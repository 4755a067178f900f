import type { UnreachedPeerView } from '../../rpc/connectivity.ts'
import { Copyable } from '../components/copyable.tsx'
import { sentenceOfUnreached } from '../format/connection-words.ts'
import { formatMoment } from '../format/time.ts'

/** Peers that were looked for and not reached, and why; nothing where there are none. */
export function UnreachedList({ unreached }: { unreached: readonly UnreachedPeerView[] }) {
  if (unreached.length === 0) return null
  return (
    <section aria-labelledby="unreached-title">
      <h2 id="unreached-title" class="section-title">
        Not reached lately
      </h2>
      <p class="quiet">
        They are said to have something that was looked for here. Others who have it are asked meanwhile.
      </p>
      <ul class="plain-list refused-peers">
        {unreached.map(({ peer, why, atMs }) => (
          <li key={peer}>
            <Copyable text={peer} label="Peer id" />
            <p>{sentenceOfUnreached(why)}</p>
            <p class="quiet numbers">{formatMoment(atMs)}</p>
          </li>
        ))}
      </ul>
    </section>
  )
}
