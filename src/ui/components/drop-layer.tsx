/** Makes the whole page a place to drop or paste files and links. */
import { useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import { useApp } from '../app-context.ts'
import { droppedFiles, queuedFiles } from '../page/dropped-files.ts'
import { findCid } from '../state/route.ts'
import type { FileActions } from '../state/file-actions.ts'
import { MAX_WAITING_FILES } from '../state/upload-queue.ts'

export function DropLayer() {
  const { files, nodeState } = useApp()
  const isOver = useSignal(false)
  const isReady = nodeState.value.state === 'running'
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
      if (isReady) void take(files, event.dataTransfer)
    }
    const paste = (event: ClipboardEvent) => {
      if (isReady && event.clipboardData !== null && !isInField(event)) pasteInto(files, event)
    }
    addEventListener('dragover', show, { signal })
    addEventListener('drop', drop, { signal })
    addEventListener('paste', paste, { signal })
    // Leaving the window has no related target; leaving one element for another has.
    addEventListener('dragleave', (event) => event.relatedTarget === null && (isOver.value = false), { signal })
    return () => listening.abort()
  }, [files, isReady])
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

async function take(files: FileActions, transfer: DataTransfer): Promise<void> {
  const text = transfer.getData('text/plain')
  // One above the limit lets the queue say that something was left out.
  const dropped = await droppedFiles(transfer, MAX_WAITING_FILES + 1)
  if (dropped.files.length > 0) files.add(dropped.files)
  if (dropped.unreadableNames.length > 0) files.tellUnreadable(dropped.unreadableNames)
  if (dropped.files.length === 0 && findCid(text) !== undefined) await files.fetch(text)
}

function pasteInto(files: FileActions, event: ClipboardEvent): void {
  const { clipboardData } = event
  if (clipboardData === null) return
  if (clipboardData.files.length > 0) {
    event.preventDefault()
    return files.add(queuedFiles(clipboardData.files))
  }
  const text = clipboardData.getData('text/plain')
  if (findCid(text) !== undefined) void files.fetch(text)
}
