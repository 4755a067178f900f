import type { DroppedPeerView } from '../../rpc/api.ts'
import { Copyable } from '../components/copyable.tsx'
import { formatMoment } from '../format/time.ts'

/** Peers that broke the rules lately, and which; nothing where there are none. */
export function DroppedList({ dropped }: { dropped: readonly DroppedPeerView[] }) {
  if (dropped.length === 0) return null
  return (
    <section aria-labelledby="dropped-title">
      <h2 id="dropped-title" class="section-title">
        Refused peers
      </h2>
      <p class="quiet">
        They broke the rules, so their connections were closed and they stay out for ten minutes. Your files are safe:
        nothing is kept that does not match its CID.
      </p>
      <ul class="plain-list refused-peers">
        {dropped.map(({ peer, reason, atMs }) => (
          <li key={`${peer} ${atMs}`}>
            <Copyable text={peer} label="Peer id" />
            <p>{reason}</p>
            <p class="quiet numbers">{formatMoment(atMs)}</p>
          </li>
        ))}
      </ul>
    </section>
  )
}
