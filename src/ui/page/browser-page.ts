/** `PageServices` on a real `window`. */
import { QuireError } from '../../errors.ts'
import { baseOf } from '../state/route.ts'
import type { PageServices } from './page-services.ts'
import { openTabStorage } from './tab-storage.ts'
import { readSample } from './sample-offer.ts'

/** The browser tells nobody when a download has ended; a slow disk copies a large file in less than this. */
const RELEASE_AFTER_MS = 10 * 60_000

/** The save dialog of Chromium; TypeScript’s DOM types leave it out, as two of three engines have none. */
interface WithSavePicker {
  showSaveFilePicker(options: { suggestedName: string }): Promise<FileSystemFileHandle>
}

export function browserPage(page: Window & typeof globalThis): PageServices {
  const { navigator, location } = page
  const tabStorage = openTabStorage(page)
  return {
    baseUrl: baseOf(location.href),
    copyText: (text) => navigator.clipboard.writeText(text),
    shareLink: canShare(navigator) ? (title, url) => navigator.share({ title, url }) : undefined,
    chooseSaveTarget: hasSavePicker(page) ? (fileName) => chooseSaveTarget(page, fileName) : undefined,
    download: (file, fileName, onReleasable) => download(page, { file, fileName, onReleasable }),
    isPersistent: () => navigator.storage.persisted(),
    askForPersistence: () => navigator.storage.persist(),
    isPointedAt: (id) => page.document.getElementById(id)?.matches(':hover, :has(:focus-visible)') ?? false,
    later: (act, afterMs) => {
      const timer = page.setTimeout(act, afterMs)
      return () => page.clearTimeout(timer)
    },
    reload: () => location.reload(),
    readSample: (signal) => readSample((path, init) => page.fetch(path, init), signal),
    storage: () => page.localStorage,
    tabStorage: () => tabStorage,
  }
}

/** A share sheet is worth a button where it is the way to reach other apps: on devices that one touches. */
function canShare(navigator: Navigator): boolean {
  return 'share' in navigator && navigator.maxTouchPoints > 0
}

function hasSavePicker(page: object): page is WithSavePicker {
  return 'showSaveFilePicker' in page
}

async function chooseSaveTarget(page: WithSavePicker, fileName: string): Promise<FileSystemFileHandle | undefined> {
  try {
    return await page.showSaveFilePicker({ suggestedName: fileName })
  } catch (cause) {
    // The dialog was closed: a choice, not a failure.
    if (cause instanceof DOMException && cause.name === 'AbortError') return undefined
    throw new QuireError('ERR_SAVE_FAILED', 'The browser did not open the save dialog.', { cause })
  }
}

function download(page: Window, task: { file: File; fileName: string; onReleasable: () => void }): void {
  const url = URL.createObjectURL(task.file)
  const anchor = page.document.createElement('a')
  anchor.href = url
  anchor.download = task.fileName
  anchor.click()
  page.setTimeout(() => {
    URL.revokeObjectURL(url)
    task.onReleasable()
  }, RELEASE_AFTER_MS)
}
