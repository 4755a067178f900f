/** A picture in a message: read when it comes near, shown whole on a click; from elsewhere only when it is asked for. */
import { useSignal } from '@preact/signals'
import type { Signal } from '@preact/signals'
import { useEffect, useRef } from 'preact/hooks'
import { displayName } from '../../format/names.ts'
import { formatBytes } from '../../format/bytes.ts'
import type { AttachmentView } from '../../../rpc/history-api.ts'
import { readPicture } from './attachment-files.ts'
import type { AttachmentProps } from './attachment-files.ts'
import { useScope } from './timeline-scope.ts'
import { ToolIcon } from './tool-icon.tsx'
import { useLeaving } from './web-link.tsx'

const MAX_WIDTH = 400
const MAX_HEIGHT = 300
/** Where nothing is known of a picture’s size, it is given this. */
const UNKNOWN = { width: 320, height: 240 }

type Reading = { readonly state: 'waiting' | 'failed' } | { readonly state: 'read'; readonly url: string }

export function LocalPicture({ message, attachment }: AttachmentProps) {
  const { picture } = useScope()
  const { element, reading } = usePicture({ message, attachment })
  const { width, height } = drawnSize(attachment)
  const name = displayName(attachment.name)
  const now = reading.value
  return (
    <button
      ref={element}
      type="button"
      class="picture"
      aria-label={`Picture ${name}, show it larger`}
      style={{ width: `${width}px`, aspectRatio: `${width} / ${height}` }}
      onClick={() => (picture.value = { message, attachment })}
    >
      {now.state === 'read' ? <img src={now.url} alt="" decoding="async" draggable={false} /> : null}
      {now.state === 'failed' ? (
        <span class="picture-words">This picture cannot be shown. Save it instead.</span>
      ) : null}
    </button>
  )
}

/** Reads the picture once its place comes near to what is in sight. */
function usePicture(props: AttachmentProps) {
  const scope = useScope()
  const element = useRef<HTMLButtonElement>(null)
  const reading = useSignal<Reading>({ state: 'waiting' })
  const { message, attachment } = props
  useEffect(() => {
    const place = element.current
    if (place === null) return undefined
    const gone = new AbortController()
    const near = new IntersectionObserver(
      (entries) => {
        if (!entries.some(({ isIntersecting }) => isIntersecting)) return
        near.disconnect()
        void read(scope, { message, attachment, signal: gone.signal }, reading)
      },
      { root: place.closest('.message-scroller'), rootMargin: '600px' },
    )
    near.observe(place)
    return () => {
      near.disconnect()
      gone.abort()
      const now = reading.peek()
      if (now.state === 'read') URL.revokeObjectURL(now.url)
    }
  }, [message.id, attachment.index, scope])
  return { element, reading }
}

async function read(
  scope: Parameters<typeof readPicture>[0],
  init: Parameters<typeof readPicture>[1],
  reading: Signal<Reading>,
): Promise<void> {
  try {
    const blob = await readPicture(scope, init)
    if (!init.signal.aborted) reading.value = { state: 'read', url: URL.createObjectURL(blob) }
  } catch {
    // The reason is told when it is asked for: by its larger view.
    if (!init.signal.aborted) reading.value = { state: 'failed' }
  }
}

/** What a picture takes in the list, before and after it is there. */
function drawnSize({ width = UNKNOWN.width, height = UNKNOWN.height }: AttachmentView) {
  if (!(width > 0 && height > 0)) return UNKNOWN
  const scale = Math.min(1, MAX_WIDTH / width, MAX_HEIGHT / height)
  return { width: Math.max(48, Math.round(width * scale)), height: Math.max(32, Math.round(height * scale)) }
}

export function RemotePicture({ attachment, url }: { attachment: AttachmentView; url: URL }) {
  const isAsked = useSignal(false)
  const hasFailed = useSignal(false)
  const ask = useLeaving(url.href)
  const { width, height } = drawnSize(attachment)
  if (isAsked.value && !hasFailed.value) {
    return (
      <span class="picture" style={{ width: `${width}px`, aspectRatio: `${width} / ${height}` }}>
        <img
          src={url.href}
          alt={displayName(attachment.name)}
          referrerpolicy="no-referrer"
          decoding="async"
          onError={() => (hasFailed.value = true)}
        />
      </span>
    )
  }
  return (
    <span class="picture-elsewhere">
      <ToolIcon name="picture" />
      <bdi class="attached-name">{displayName(attachment.name)}</bdi>
      {hasFailed.value ? (
        <>
          <span class="quiet">It did not load here. Its host may have taken it away.</span>
          <a
            class="button"
            href={url.href}
            target="_blank"
            rel="noopener noreferrer nofollow ugc"
            onClick={ask}
            onAuxClick={ask}
          >
            Open it at {url.host}
          </a>
        </>
      ) : (
        <>
          <span class="quiet">
            Not part of the history{sizeWords(attachment)}. Its host learns your network address when you load it.
          </span>
          <button type="button" class="button" onClick={() => (isAsked.value = true)}>
            Load picture from {url.host}
          </button>
        </>
      )}
    </span>
  )
}

function sizeWords({ sizeBytes }: AttachmentView): string {
  return sizeBytes === undefined ? '' : `, ${formatBytes(sizeBytes)}`
}
