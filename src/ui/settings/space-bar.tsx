import type { SpaceView } from '../../rpc/api.ts'
import { formatBytes } from '../format/bytes.ts'

interface Part {
  readonly name: 'pinned' | 'cached' | 'other' | 'free'
  readonly label: string
  readonly note: string
  readonly sizeBytes: number
}

/** Of the bar’s length: what is there at all can be seen. */
const MIN_SHARE = 0.006
const WIDTH = 1000
/** Lists and manifests of files come to less, and are not worth a word. */
const MIN_OTHER_BYTES = 64 * 1024

/** How the space that the browser allows is used: what stays, what may go, what is free. */
export function SpaceBar({ space }: { space: SpaceView }) {
  const parts = partsOf(space)
  const segments = segmentsOf(parts)
  const words = parts.map(({ label, sizeBytes }) => `${label} ${formatBytes(sizeBytes)}`).join(', ')
  return (
    <div class="space">
      <svg
        class="space-bar"
        viewBox={`0 0 ${WIDTH} 8`}
        preserveAspectRatio="none"
        role="img"
        aria-label={`Storage: ${words}`}
      >
        {segments.map(({ name, start, width }) => (
          <rect key={name} class={`space-${name}`} x={start} y={0} width={width} height={8} />
        ))}
      </svg>
      <dl class="space-legend">
        {parts.map(({ name, label, note, sizeBytes }) => (
          <div key={name}>
            <dt>
              <span class={`space-dot space-dot-${name}`} aria-hidden="true" />
              {label}
            </dt>
            <dd>
              <span class="numbers">{formatBytes(sizeBytes)}</span>
              <span class="quiet">{note}</span>
            </dd>
          </div>
        ))}
      </dl>
    </div>
  )
}

function partsOf({ usedBytes, pinnedBytes, cachedBytes, freeBytes }: SpaceView): readonly Part[] {
  const otherBytes = Math.max(0, usedBytes - pinnedBytes - cachedBytes)
  const parts: readonly Part[] = [
    { name: 'pinned', label: 'Pinned', note: 'stays until you delete it', sizeBytes: pinnedBytes },
    { name: 'cached', label: 'Cached', note: 'may go when room is needed', sizeBytes: cachedBytes },
    { name: 'other', label: 'Communities', note: 'and what is half added', sizeBytes: otherBytes },
    { name: 'free', label: 'Free', note: 'of what the browser allows', sizeBytes: freeBytes },
  ]
  return parts.filter(({ name, sizeBytes }) => name !== 'other' || sizeBytes >= MIN_OTHER_BYTES)
}

function segmentsOf(parts: readonly Part[]): readonly { name: Part['name']; start: number; width: number }[] {
  const totalBytes = Math.max(
    1,
    parts.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0),
  )
  let start = 0
  return parts
    .filter(({ sizeBytes }) => sizeBytes > 0)
    .map(({ name, sizeBytes }) => {
      const width = WIDTH * Math.max(MIN_SHARE, sizeBytes / totalBytes)
      const segment = { name, start, width: Math.min(width, WIDTH - start) }
      start += segment.width
      return segment
    })
}
