/** A file: shown, played or read where a browser can do so safely, else offered to be saved. */
import { useComputed } from '@preact/signals'
import { useEffect, useMemo, useRef } from 'preact/hooks'
import { play } from '../player/play.ts'
import type { ManifestView } from '../rpc/api.ts'
import { ErrorBox } from '../ui/components/error-box.tsx'
import { FileName } from '../ui/components/file-name.tsx'
import { Icon } from '../ui/components/icon.tsx'
import { formatBytes, formatProgress, percentOf } from '../ui/format/bytes.ts'
import { displayName } from '../ui/format/names.ts'
import { isRunning, sentenceOfTransfer } from '../ui/format/words.ts'
import { transferOf } from '../ui/state/node-snapshot.ts'
import { FileModel } from './file-model.ts'
import type { FileContent, FileState, FileView } from './file-model.ts'
import type { FileKind } from './file-kind.ts'
import { linkOf } from './view.ts'
import { useWidget } from './widget-context.ts'

export function FilePane({ view }: { view: FileView }) {
  const widget = useWidget()
  const api = widget.api.value
  const model = useMemo(() => {
    if (api === undefined) return undefined
    const { storage, streamUrl } = widget
    return new FileModel({ api, view, link: linkOf(view), isInMemory: storage.peek() === 'memory', streamUrl })
  }, [api])
  useEffect(() => {
    void model?.look()
    return () => model?.close()
  }, [model])
  return model === undefined ? null : <File model={model} view={view} />
}

function File({ model, view }: { model: FileModel; view: FileView }) {
  const widget = useWidget()
  const now = model.state.value
  useEffect(() => tellHost(widget, now), [now])
  if (now.state === 'looking') {
    return (
      <section class="widget-notice" aria-busy="true">
        <p>Looking for this file</p>
        <progress class="progress" aria-label="Looking for this file" />
      </section>
    )
  }
  if (now.state === 'failed') {
    return (
      <ErrorBox error={now.error} title="This file cannot be shown">
        <button type="button" class="button" onClick={() => void model.look()}>
          <Icon name="retry" />
          Look again
        </button>
      </ErrorBox>
    )
  }
  const { manifest, as, content } = now
  return (
    <article class="widget-file">
      <Content model={model} manifest={manifest} kind={as.kind} content={content} atSeconds={view.atSeconds} />
      <Caption model={model} manifest={manifest} isBusy={content.state === 'loading'} />
    </article>
  )
}

interface ContentProps {
  readonly model: FileModel
  readonly manifest: ManifestView
  readonly kind: FileKind
  readonly content: FileContent
  readonly atSeconds?: number | undefined
}

function Content({ model, manifest, kind, content, atSeconds = 0 }: ContentProps) {
  const name = displayName(manifest.name)
  switch (content.state) {
    case 'offered':
      return kind === 'other' ? null : (
        <button type="button" class="button button-primary widget-show" onClick={() => void model.show()}>
          <Icon name="resume" />
          {kind === 'image' ? 'Show' : 'Play'} ({formatBytes(manifest.sizeBytes)})
        </button>
      )
    case 'loading':
      return <Loading model={model} manifest={manifest} doneBytes={content.doneBytes} />
    case 'failed':
      return (
        <ErrorBox error={content.error}>
          <button type="button" class="button" onClick={() => void model.show()}>
            <Icon name="retry" />
            Try again
          </button>
        </ErrorBox>
      )
    case 'text':
      return (
        <>
          {/* It scrolls, so that it has to have the focus. */}
          {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex */}
          <pre class="widget-text" tabIndex={0} dir="auto" aria-label={name}>
            {content.text}
          </pre>
          {content.isCut ? <p class="quiet">This is the beginning. Save it to read all of it.</p> : null}
        </>
      )
    case 'shown':
      return <Media url={content.url} name={name} kind={kind} atSeconds={atSeconds} />
  }
}

interface MediaProps {
  readonly url: string
  readonly name: string
  readonly kind: FileKind
  readonly atSeconds: number
}

function Media({ url, name, kind, atSeconds }: MediaProps) {
  const media = useRef<HTMLVideoElement & HTMLAudioElement>(null)
  useEffect(() => (media.current === null ? undefined : play(media.current, url)), [url])
  // Also where the page around asks for another place of a file that is here.
  useEffect(() => {
    if (media.current !== null && atSeconds > 0) media.current.currentTime = atSeconds
  }, [atSeconds])
  if (kind === 'image') return <img class="widget-image" src={url} alt={name} />
  // What strangers share has no captions of ours.
  if (kind === 'video') {
    return (
      // oxlint-disable-next-line jsx-a11y/media-has-caption
      <video ref={media} class="widget-video" controls preload="metadata" aria-label={name} />
    )
  }
  if (kind !== 'audio') return null
  return (
    // oxlint-disable-next-line jsx-a11y/media-has-caption
    <audio ref={media} class="widget-audio" controls preload="metadata" aria-label={name} />
  )
}

function Loading({ model, manifest, doneBytes }: { model: FileModel; manifest: ManifestView; doneBytes: number }) {
  const { app } = useWidget()
  const { cid, sizeBytes } = manifest
  const transfer = useComputed(() => transferOf(app.snapshot.value.transfers, cid)).value
  const isFetching = transfer !== undefined && transfer.kind === 'fetch' && isRunning(transfer)
  const done = Math.max(doneBytes, isFetching ? transfer.doneBytes : 0)
  const { text, tone } = isFetching
    ? sentenceOfTransfer(transfer)
    : ({ text: 'Fetching, every block verified', tone: 'plain' } as const)
  return (
    <div class="widget-loading" aria-busy="true">
      <p class={`sentence sentence-${tone}`}>{text}</p>
      <progress class="progress" aria-label="Fetching" max={100} value={percentOf(done, sizeBytes) ?? 0} />
      <p class="quiet numbers">{formatProgress(done, sizeBytes)}</p>
      <button type="button" class="button" onClick={() => model.stop()}>
        <Icon name="stop" />
        Stop
      </button>
    </div>
  )
}

function Caption({ model, manifest, isBusy }: { model: FileModel; manifest: ManifestView; isBusy: boolean }) {
  const { app } = useWidget()
  const { name, sizeBytes } = manifest
  const save = async () => {
    const whole = await model.whole()
    if (whole === undefined) return
    const fileName = displayName(name)
    app.page.download(new globalThis.File([whole], fileName), fileName, () => undefined)
  }
  return (
    <footer class="widget-caption">
      <FileName name={name} />
      <span class="quiet numbers">{formatBytes(sizeBytes)}</span>
      <button type="button" class="button" disabled={isBusy} onClick={() => void save()}>
        <Icon name="save" />
        Save
      </button>
    </footer>
  )
}

function tellHost(widget: ReturnType<typeof useWidget>, now: FileState): void {
  if (now.state === 'failed') return widget.tellState('failed', now.error)
  if (now.state === 'looking') return widget.tellState('loading')
  const { content, manifest } = now
  if (content.state === 'failed') return widget.tellState('failed', content.error)
  if (content.state !== 'loading') return widget.tellState('ready')
  widget.tellState('loading')
  widget.tell({ type: 'progress', doneBytes: content.doneBytes, totalBytes: manifest.sizeBytes })
}
