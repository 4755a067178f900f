/** A place for files: dropped, pasted or picked, with what became of each. */
import { type Signal, useSignal } from '@preact/signals'
import { useEffect, useMemo, useRef } from 'preact/hooks'
import { CopyButton } from '../ui/components/copyable.tsx'
import { ErrorBox } from '../ui/components/error-box.tsx'
import { FileName } from '../ui/components/file-name.tsx'
import { Icon } from '../ui/components/icon.tsx'
import { viewOfError } from '../rpc/errors.ts'
import { formatBytes, formatProgress, percentOf } from '../ui/format/bytes.ts'
import { droppedFiles, queuedFiles } from '../ui/page/dropped-files.ts'
import { denied, DropModel, MAX_FILES } from './drop-model.ts'
import type { DropRow } from './drop-model.ts'
import { Notice } from './notice.tsx'
import { useWidget } from './widget-context.ts'

const UNNAMED = 'file'

export function DropPane() {
  const widget = useWidget()
  const model = useMemo(() => new DropModel(widget), [widget])
  const isOver = useSignal(false)
  const isDenied = widget.rights.rights.value.upload === 'denied'
  useEffect(() => () => model.close(), [model])
  useEffect(() => {
    if (!isDenied) widget.tellState('ready')
  }, [isDenied])
  const handed = widget.handed.value
  const isAsked = widget.rights.question.value !== undefined
  useEffect(() => {
    // What the page hands over while the person is asked is the next question, all of it as one.
    if (handed.length === 0 || isAsked) return
    void model.take(widget.takeHanded().map(({ file, name }) => ({ file, name: name ?? nameOf(file) })))
  }, [handed, isAsked])
  useEffect(() => takeFromWindow(model, isOver), [model])
  return (
    <section class={isOver.value ? 'widget-drop widget-drop-over' : 'widget-drop'} aria-label="Add files to Quire">
      {isDenied ? <UploadDenied /> : <Picker model={model} />}
      {model.refusal.value === undefined ? null : <ErrorBox error={model.refusal.value} title="Nothing was added" />}
      {model.rows.value.length === 0 ? null : (
        <ul class="widget-rows" aria-label="Files that were added here">
          {model.rows.value.map((row) => (
            <Row key={row.id} row={row} model={model} />
          ))}
        </ul>
      )}
    </section>
  )
}

/** What is dropped or pasted anywhere in the frame. */
function takeFromWindow(model: DropModel, isOver: Signal<boolean>): () => void {
  const listening = new AbortController()
  const { signal } = listening
  const onDrop = (event: DragEvent): void => {
    event.preventDefault()
    isOver.value = false
    const { dataTransfer } = event
    if (dataTransfer === null) return
    // One more than is taken, so that too many are told as such.
    void droppedFiles(dataTransfer, MAX_FILES + 1).then(({ files }) => model.take(files))
  }
  const onDragOver = (event: DragEvent): void => {
    event.preventDefault()
    isOver.value = true
  }
  addEventListener('drop', onDrop, { signal })
  addEventListener('dragover', onDragOver, { signal })
  addEventListener('dragleave', () => (isOver.value = false), { signal })
  addEventListener('paste', ({ clipboardData }) => void model.take(queuedFiles(clipboardData?.files ?? [])), { signal })
  return () => listening.abort()
}

/** In place of the picker, so that nobody chooses files in vain. */
export function UploadDenied() {
  const widget = useWidget()
  const { rights, handed } = widget
  useEffect(() => widget.tellState('failed', UPLOAD_DENIED), [])
  // What the page hands over meanwhile is not asked about later.
  useEffect(() => void widget.takeHanded(), [handed.value])
  return (
    <Notice
      title="No files can be added here"
      words={
        rights.answerable.includes('upload')
          ? 'You said so. “About” has the way back.'
          : 'They can be added in Quire itself.'
      }
      isWarning
    />
  )
}

const UPLOAD_DENIED = viewOfError(denied())

function Picker({ model }: { model: DropModel }) {
  const input = useRef<HTMLInputElement>(null)
  const take = (event: Event & { currentTarget: HTMLInputElement }) => {
    void model.take(queuedFiles(event.currentTarget.files ?? []))
    // The same file chosen twice in a row must count as a change.
    event.currentTarget.value = ''
  }
  return (
    <div class="widget-picker">
      <button type="button" class="button button-primary" onClick={() => input.current?.click()}>
        <Icon name="add" />
        Add files
      </button>
      <p class="quiet">or drop them here</p>
      <input ref={input} class="picker" type="file" multiple hidden aria-label="Files to add" onChange={take} />
    </div>
  )
}

function Row({ row, model }: { row: DropRow; model: DropModel }) {
  const { id, name, sizeBytes, state, link, error } = row
  return (
    <li class="widget-row">
      <p class="widget-row-head">
        <FileName name={name} />
        <span class="quiet numbers">{formatBytes(sizeBytes)}</span>
      </p>
      {state === 'adding' ? <Adding id={id} name={name} /> : <p class="quiet">{STATE_WORDS[state]}</p>}
      {error === undefined ? null : <ErrorBox error={error} />}
      {state === 'waiting' || state === 'adding' ? (
        <button type="button" class="button" onClick={() => model.cancel(id)}>
          <Icon name="stop" />
          Stop<span class="unseen"> adding {name}</span>
        </button>
      ) : null}
      {link === undefined ? null : <CopyButton text={link} label="Link" words="Copy link" />}
    </li>
  )
}

function Adding({ id, name }: { id: string; name: string }) {
  const { app } = useWidget()
  const transfer = app.snapshot.value.transfers.find(({ reference }) => reference === id)
  const { doneBytes = 0, totalBytes } = transfer ?? {}
  const percent = percentOf(doneBytes, totalBytes)
  return (
    <>
      <progress
        class="progress"
        aria-label={`Adding ${name}`}
        max={100}
        {...(percent === undefined ? {} : { value: percent })}
      />
      <p class="quiet numbers">{formatProgress(doneBytes, totalBytes)}</p>
    </>
  )
}

const STATE_WORDS: Readonly<Record<Exclude<DropRow['state'], 'adding'>, string>> = {
  waiting: 'Waits for its turn',
  done: 'Added. Others can fetch it while this page, or Quire, is open.',
  failed: 'Not added',
  cancelled: 'Stopped. Nothing of it was kept.',
}

function nameOf(file: Blob): string {
  return file instanceof File ? file.name : UNNAMED
}
