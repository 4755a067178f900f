/** Where one writes: Enter sends, Shift and Enter begins a new line; pictures by paste, drop or button. */
import { useEffect, useLayoutEffect, useMemo, useRef } from 'preact/hooks'
import { Icon } from '../../components/icon.tsx'
import { formatCount } from '../../format/bytes.ts'
import { displayName } from '../../format/names.ts'
import { ComposerModel, MAX_CODE_POINTS, MAX_PICTURES } from './composer-model.ts'
import type { Writing } from './message-actions.ts'
import { messageBlocks, plainText } from './message-text.ts'
import { NameForm, UnlockNote } from './person-form.tsx'
import { PICTURE_TYPES } from './shrink-picture.ts'
import { useScope } from './timeline-scope.ts'
import type { TimelineScope } from './timeline-scope.ts'
import { ToolIcon } from './tool-icon.tsx'
import { useListener } from './use-listener.ts'

/** The count is shown when the end comes near. */
const COUNT_FROM = 3600
const MAX_HEIGHT_PX = 240

export function Composer({ channelName }: { channelName: string }) {
  const { host } = useScope()
  const person = host.person.value
  const gate = host.gate?.state.value ?? 'allowed'
  if (gate === 'denied') return null
  if (gate === 'asked') return <AskToWrite />
  if (person === undefined) return <NameForm />
  if (person.isLocked) return <UnlockNote />
  return <OpenComposer channelName={channelName} />
}

function AskToWrite() {
  const { host } = useScope()
  return (
    <div class="composer composer-name">
      <button type="button" class="button" onClick={() => host.gate?.ask()}>
        Write here
      </button>
    </div>
  )
}

function OpenComposer({ channelName }: { channelName: string }) {
  const scope = useScope()
  const model = useMemo(() => new ComposerModel(scope), [scope])
  useEffect(() => model.start(), [model])
  const field = useRef<HTMLTextAreaElement>(null)
  const writing = scope.actions.writing.value
  useLayoutEffect(() => {
    if (writing.kind !== 'new') field.current?.focus()
  }, [writing])
  const takeFiles = (files: Iterable<File>): boolean => {
    const pictures = [...files].filter(({ type }) => type.startsWith('image/'))
    if (pictures.length > 0 && writing.kind !== 'edit') void model.addPictures(pictures)
    return pictures.length > 0
  }
  const form = useRef<HTMLFormElement>(null)
  useListener(form, 'drop', (event) => {
    if (!takeFiles(event.dataTransfer?.files ?? [])) return
    event.preventDefault()
    // The page would add them to the files of this device; a drop of nothing takes its sign away.
    event.stopPropagation()
    dispatchEvent(new DragEvent('drop'))
  })
  useListener(form, 'paste', (event) => {
    if (!takeFiles(event.clipboardData?.files ?? [])) return
    event.preventDefault()
    event.stopPropagation()
  })
  return (
    <form
      ref={form}
      class="composer"
      onSubmit={(event) => {
        event.preventDefault()
        void model.send().then(() => field.current?.focus())
      }}
    >
      <WritingBar writing={writing} />
      <Pictures model={model} />
      <div class="composer-row">
        <PictureButton onFiles={takeFiles} isDisabled={writing.kind === 'edit'} />
        <GrowingField model={model} field={field} label={labelOf(writing, channelName)} />
        <button
          type="submit"
          class="button button-primary send-button"
          disabled={!model.canSend.value}
          aria-label={writing.kind === 'edit' ? 'Save the change' : 'Send'}
          title={writing.kind === 'edit' ? 'Save the change' : 'Send'}
        >
          {writing.kind === 'edit' ? <Icon name="check" /> : <ToolIcon name="send" />}
        </button>
      </div>
      <CountLine model={model} />
    </form>
  )
}

function labelOf(writing: Writing, channelName: string): string {
  if (writing.kind === 'reply') return `Answer ${displayName(writing.to.author.name)}`
  return writing.kind === 'edit' ? 'Change your message' : `Write to ${channelName}`
}

function WritingBar({ writing }: { writing: Writing }) {
  const { actions } = useScope()
  if (writing.kind === 'new') return null
  const message = writing.kind === 'reply' ? writing.to : writing.message
  return (
    <div class="writing-bar">
      <p>
        {writing.kind === 'reply' ? (
          <>
            Answering <bdi class="message-author">{displayName(message.author.name)}</bdi>
          </>
        ) : (
          'Changing your message'
        )}
        <bdi class="quiet writing-words">{plainText(messageBlocks(message.text.slice(0, 200)))}</bdi>
      </p>
      <button
        type="button"
        class="tool"
        aria-label="Stop this (Esc)"
        title="Stop this (Esc)"
        onClick={() => actions.writeNew()}
      >
        <Icon name="close" />
      </button>
    </div>
  )
}

function Pictures({ model }: { model: ComposerModel }) {
  const { pictures } = model.draft.value
  if (pictures.length === 0) return null
  return (
    <ul class="composer-pictures" aria-label="Pictures to send">
      {pictures.map(({ id, url }, at) => (
        <li key={id}>
          <img src={url} alt={`Number ${at + 1}`} />
          <button
            type="button"
            class="tool"
            aria-label={`Remove picture ${at + 1}`}
            title="Remove"
            onClick={() => model.removePicture(id)}
          >
            <Icon name="close" />
          </button>
        </li>
      ))}
    </ul>
  )
}

interface PictureButtonProps {
  readonly onFiles: (files: Iterable<File>) => boolean
  readonly isDisabled: boolean
}

function PictureButton({ onFiles, isDisabled }: PictureButtonProps) {
  const picker = useRef<HTMLInputElement>(null)
  return (
    <>
      <button
        type="button"
        class="button button-quiet"
        aria-label="Add pictures"
        title={`Add pictures, up to ${MAX_PICTURES}`}
        disabled={isDisabled}
        onClick={() => picker.current?.click()}
      >
        <ToolIcon name="picture" />
      </button>
      <input
        ref={picker}
        class="unseen"
        type="file"
        multiple
        accept={PICTURE_TYPES.join(',')}
        tabIndex={-1}
        aria-label="Pictures to add"
        onChange={({ currentTarget }) => {
          onFiles(currentTarget.files ?? [])
          currentTarget.value = ''
        }}
      />
    </>
  )
}

interface FieldProps {
  readonly model: ComposerModel
  readonly field: { current: HTMLTextAreaElement | null }
  readonly label: string
}

function GrowingField({ model, field, label }: FieldProps) {
  const scope = useScope()
  const text = model.text.value
  useLayoutEffect(() => {
    const box = field.current
    if (box === null) return
    box.style.height = 'auto'
    box.style.height = `${Math.min(MAX_HEIGHT_PX, box.scrollHeight + 2)}px`
  }, [text])
  return (
    <textarea
      ref={field}
      class="field composer-field"
      rows={1}
      dir="auto"
      aria-label={label}
      placeholder={label}
      value={text}
      onInput={({ currentTarget }) => model.write(currentTarget.value)}
      onKeyDown={(event) => onComposerKey(event, scope, model)}
    />
  )
}

function onComposerKey(event: KeyboardEvent, scope: TimelineScope, model: ComposerModel): void {
  const { key, shiftKey, isComposing } = event
  const { actions } = scope
  if (key === 'Enter' && !shiftKey && !isComposing && !isTouched()) {
    event.preventDefault()
    void model.send()
    return
  }
  if (key === 'Escape' && actions.writing.peek().kind !== 'new') {
    event.stopPropagation()
    actions.writeNew()
    return
  }
  if (key !== 'ArrowUp' || model.text.peek() !== '' || actions.writing.peek().kind !== 'new') return
  const last = scope.model.shown
    .peek()
    .window.rows.findLast((row) => row.kind === 'message' && row.isOwn && !row.isDeleted)
  if (last?.kind !== 'message') return
  event.preventDefault()
  actions.edit(last)
}

/** On a phone’s keyboard Enter is the way to a new line; the button sends. */
function isTouched(): boolean {
  return matchMedia('(pointer: coarse) and (hover: none)').matches
}

function CountLine({ model }: { model: ComposerModel }) {
  const count = model.codePoints.value
  const note = model.note.value
  const isTooLong = count > MAX_CODE_POINTS
  return (
    <output class={isTooLong ? 'composer-foot composer-too-long' : 'composer-foot'}>
      {note ?? (count < COUNT_FROM ? '' : countWords(count, isTooLong))}
    </output>
  )
}

function countWords(count: number, isTooLong: boolean): string {
  const words = `${formatCount(count)} of ${formatCount(MAX_CODE_POINTS)} characters`
  return isTooLong ? `${words}. Shorten it, or send two.` : words
}
