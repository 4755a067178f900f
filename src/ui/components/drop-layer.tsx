/** Makes the whole page a place to drop or paste files and links. */
import { useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import { useApp } from '../app-context.ts'
import { droppedFiles, queuedFiles } from '../page/dropped-files.ts'
import type { AppModel } from '../state/app-model.ts'
import { findCid, findCommunityId } from '../state/route.ts'
import { MAX_WAITING_FILES } from '../state/upload-queue.ts'

export function DropLayer() {
  const app = useApp()
  const { nodeState, router } = app
  const isOver = useSignal(false)
  // What is dropped on a community is for the community: an export, a picture.
  const isReady = nodeState.value.state === 'running' && router.route.value.community === undefined
  useEffect(() => {
    const listening = new AbortController()
    const { signal } = listening
    const show = (event: DragEvent) => {
      if (!isDroppable(event.dataTransfer)) return
      // Without this the browser opens the file in place of the page.
      event.preventDefault()
      isOver.value = isReady
    }
    const drop = (event: DragEvent) => {
      isOver.value = false
      if (event.dataTransfer === null || !isDroppable(event.dataTransfer) || isInField(event)) return
      event.preventDefault()
      if (isReady) void take(app, event.dataTransfer)
    }
    const paste = (event: ClipboardEvent) => {
      if (isReady && event.clipboardData !== null && !isInField(event)) pasteInto(app, event)
    }
    addEventListener('dragover', show, { signal })
    addEventListener('drop', drop, { signal })
    addEventListener('paste', paste, { signal })
    // Leaving the window has no related target; leaving one element for another has.
    addEventListener('dragleave', (event) => event.relatedTarget === null && (isOver.value = false), { signal })
    return () => listening.abort()
  }, [app, isReady])
  if (!isOver.value) return null
  return (
    <div class="drop-layer" aria-hidden="true">
      <p>Drop to add to Quire</p>
    </div>
  )
}

function isDroppable(transfer: DataTransfer | null): boolean {
  return transfer !== null && (transfer.types.includes('Files') || transfer.types.includes('text/plain'))
}

function isInField(event: Event): boolean {
  const isField = event.target instanceof HTMLInputElement || event.target instanceof HTMLTextAreaElement
  return isField && event.target.type !== 'radio'
}

async function take(app: AppModel, transfer: DataTransfer): Promise<void> {
  const text = transfer.getData('text/plain')
  // One above the limit lets the queue say that something was left out.
  const dropped = await droppedFiles(transfer, MAX_WAITING_FILES + 1)
  if (dropped.files.length > 0) app.files.add(dropped.files)
  if (dropped.unreadableNames.length > 0) app.files.tellUnreadable(dropped.unreadableNames)
  if (dropped.files.length === 0) takeText(app, text)
}

function pasteInto(app: AppModel, event: ClipboardEvent): void {
  const { clipboardData } = event
  if (clipboardData === null) return
  if (clipboardData.files.length > 0) {
    event.preventDefault()
    return app.files.add(queuedFiles(clipboardData.files))
  }
  takeText(app, clipboardData.getData('text/plain'))
}

/** A community’s link may hold the CID of its newest archive link, too. */
function takeText({ history, files }: AppModel, text: string): void {
  if (findCommunityId(text) !== undefined) void history.actions.follow(text)
  else if (findCid(text) !== undefined) void files.fetch(text)
}
