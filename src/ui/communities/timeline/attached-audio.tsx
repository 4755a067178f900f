/** A sound in a message: read when somebody presses to hear it, and played here where the browser can. */
import { useSignal } from '@preact/signals'
import { useEffect, useRef } from 'preact/hooks'
import { isQuireError } from '../../../errors.ts'
import { formatBytes } from '../../format/bytes.ts'
import { displayName } from '../../format/names.ts'
import type { AttachmentView } from '../../../rpc/history-api.ts'
import './attached-audio.css'
import { readSound, saveAttachment } from './attachment-files.ts'
import type { AttachmentProps } from './attachment-files.ts'
import { useScope } from './timeline-scope.ts'
import { ToolIcon } from './tool-icon.tsx'

type Sound =
  | { readonly state: 'here' }
  | { readonly state: 'reading' }
  | { readonly state: 'playing'; readonly url: string }
  | { readonly state: 'failed'; readonly words: string }

/** Sounds that are whole in themselves: a playlist would be loaded from wherever it says. */
const SOUND_TYPES = new Set(
  ['aac', 'flac', 'mp3', 'mp4', 'mpeg', 'ogg', 'opus', 'wav', 'wave', 'webm', 'x-flac', 'x-m4a', 'x-wav'].map(
    (kind) => `audio/${kind}`,
  ),
)
const CANNOT_PLAY = 'This browser cannot play it. Save it instead.'
/** Keys of a player that has the focus, which the list would take for its own. */
const PLAYER_KEYS = new Set(['ArrowUp', 'ArrowDown', 'ArrowLeft', 'ArrowRight', 'Home', 'End'])

let heard: HTMLAudioElement | undefined

/** Whether the browser says that it may play it; some kinds, AMR among them, none plays. */
export function isPlayable({ kind, mediaType }: AttachmentView): boolean {
  const [type = ''] = mediaType.split(';')
  if (kind !== 'audio' || !SOUND_TYPES.has(type.trim().toLowerCase())) return false
  return document.createElement('audio').canPlayType(mediaType) !== ''
}

export function AttachedAudio(props: AttachmentProps) {
  const scope = useScope()
  const { sound, play } = useSound(props)
  const { message, attachment } = props
  const name = displayName(attachment.name)
  const now = sound.value
  const save = () => void saveAttachment(scope, message, attachment)
  if (now.state === 'here' || now.state === 'reading') {
    return (
      <button type="button" class="attached-file" aria-busy={now.state === 'reading'} onClick={play}>
        <ToolIcon name="play" />
        <bdi class="attached-name">{name}</bdi>
        <span class="quiet numbers">{now.state === 'reading' ? 'Reading' : `Play${sizeWords(attachment)}`}</span>
      </button>
    )
  }
  return (
    <div class="attached-audio">
      <bdi class="attached-name">{name}</bdi>
      {now.state === 'failed' ? (
        <p class="quiet" role="alert">
          {now.words}
        </p>
      ) : (
        <Player url={now.url} name={name} onFailed={() => (sound.value = { state: 'failed', words: CANNOT_PLAY })} />
      )}
      <button type="button" class="button button-quiet" aria-label={`Save ${name}`} onClick={save}>
        Save
      </button>
    </div>
  )
}

function useSound({ message, attachment }: AttachmentProps) {
  const scope = useScope()
  const sound = useSignal<Sound>({ state: 'here' })
  const asked = useRef<AbortController | undefined>(undefined)
  const forget = () => {
    asked.current?.abort()
    const now = sound.peek()
    if (now.state === 'playing') URL.revokeObjectURL(now.url)
  }
  useEffect(() => forget, [message.id, attachment.index])
  const play = () => {
    if (sound.peek().state !== 'here') return
    const { signal } = (asked.current = new AbortController())
    sound.value = { state: 'reading' }
    readSound(scope, { message, attachment, signal }).then(
      (blob) => {
        if (!signal.aborted) sound.value = { state: 'playing', url: URL.createObjectURL(blob) }
      },
      (error: unknown) => {
        if (!signal.aborted) sound.value = { state: 'failed', words: isQuireError(error) ? error.message : CANNOT_PLAY }
      },
    )
  }
  return { sound, play }
}

function Player({ url, name, onFailed }: { url: string; name: string; onFailed: () => void }) {
  const element = useRef<HTMLAudioElement>(null)
  // The button that had the focus is gone: its keys are the player’s now.
  useEffect(() => {
    element.current?.focus({ preventScroll: true })
  }, [])
  return (
    // oxlint-disable-next-line jsx-a11y/media-has-caption -- nobody has written down what is said in a message
    <audio
      ref={element}
      src={url}
      controls
      autoplay
      aria-label={name}
      onError={onFailed}
      onPlay={({ currentTarget }) => {
        if (heard !== currentTarget) heard?.pause()
        heard = currentTarget
      }}
      onKeyDown={(event) => {
        if (PLAYER_KEYS.has(event.key)) event.stopPropagation()
      }}
    />
  )
}

function sizeWords({ sizeBytes }: AttachmentView): string {
  return sizeBytes === undefined ? '' : `, ${formatBytes(sizeBytes)}`
}
