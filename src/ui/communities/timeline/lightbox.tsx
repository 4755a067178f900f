/** A picture, as large as the window lets it be; the arrows go to the others of its message. */
import { useSignal } from '@preact/signals'
import { useEffect, useRef } from 'preact/hooks'
import { Icon } from '../../components/icon.tsx'
import { Modal } from '../../components/modal.tsx'
import { displayName } from '../../format/names.ts'
import { formatMoment } from '../../format/time.ts'
import { readPicture, saveAttachment } from './attachment-files.ts'
import { useScope } from './timeline-scope.ts'
import type { OpenPicture } from './timeline-scope.ts'
import { ToolIcon } from './tool-icon.tsx'
import { useListener } from './use-listener.ts'

export function Lightbox() {
  const { picture } = useScope()
  const open = picture.value
  return open === undefined ? null : <OpenLightbox open={open} onClose={() => (picture.value = undefined)} />
}

function OpenLightbox({ open, onClose }: { open: OpenPicture; onClose: () => void }) {
  const scope = useScope()
  const { message, attachment } = open
  const url = usePictureUrl(open)
  const pictures = message.attachments.filter(({ kind, isHere }) => kind === 'image' && isHere)
  const at = pictures.findIndex(({ index }) => index === attachment.index)
  const go = (step: number) => {
    const next = pictures[at + step]
    if (next !== undefined) scope.picture.value = { message, attachment: next }
  }
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'ArrowLeft') go(-1)
    if (event.key === 'ArrowRight') go(1)
  }
  const box = useRef<HTMLDivElement>(null)
  useListener(box, 'keydown', onKeyDown)
  return (
    <Modal labelledBy="picture-title" onClose={onClose} class="dialog lightbox">
      <div ref={box} class="lightbox-box">
        <div class="lightbox-stage">
          {url.value === 'failed' ? (
            <p>This picture cannot be shown. You can still save it.</p>
          ) : url.value === undefined ? (
            <progress class="progress" aria-label="Reading the picture" />
          ) : (
            <img src={url.value} alt={displayName(attachment.name)} />
          )}
        </div>
        <div class="lightbox-foot">
          <div class="lightbox-words">
            <h2 id="picture-title" dir="auto">
              {displayName(attachment.name)}
            </h2>
            <p class="quiet">
              <bdi>{displayName(message.author.name)}</bdi>, {formatMoment(message.atMs)}
              {pictures.length > 1 ? ` · ${at + 1} of ${pictures.length}` : ''}
            </p>
          </div>
          {pictures.length > 1 ? (
            <>
              <button
                type="button"
                class="button button-quiet"
                aria-label="The one before"
                disabled={at <= 0}
                onClick={() => go(-1)}
              >
                <ToolIcon name="left" />
              </button>
              <button
                type="button"
                class="button button-quiet"
                aria-label="The next one"
                disabled={at >= pictures.length - 1}
                onClick={() => go(1)}
              >
                <ToolIcon name="right" />
              </button>
            </>
          ) : null}
          <button type="button" class="button" onClick={() => void saveAttachment(scope, message, attachment)}>
            <Icon name="save" />
            Save
          </button>
          <button type="button" class="button" onClick={onClose}>
            Close
          </button>
        </div>
      </div>
    </Modal>
  )
}

function usePictureUrl({ message, attachment }: OpenPicture) {
  const scope = useScope()
  const url = useSignal<string | undefined>(undefined)
  useEffect(() => {
    const gone = new AbortController()
    url.value = undefined
    readPicture(scope, { message, attachment, signal: gone.signal }).then(
      (blob) => {
        if (!gone.signal.aborted) url.value = URL.createObjectURL(blob)
      },
      () => {
        if (!gone.signal.aborted) url.value = 'failed'
      },
    )
    return () => {
      gone.abort()
      const now = url.peek()
      if (now?.startsWith('blob:') === true) URL.revokeObjectURL(now)
    }
  }, [scope, message.id, attachment.index])
  return url
}
