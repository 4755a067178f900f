/** What is needed of a `Window`. */
export interface LifeWindow extends Pick<EventTarget, 'addEventListener' | 'removeEventListener'> {
  readonly document: Pick<Document, 'visibilityState' | 'addEventListener' | 'removeEventListener'>
}

interface LifeListeners {
  /** The browser is about to freeze this page, perhaps for good. */
  readonly onFreeze: () => void
  readonly onThaw: () => void
}

/** Follows a page through being frozen and thawed; returns the unsubscribe. */
export function followPageLife(window: LifeWindow, { onFreeze, onThaw }: LifeListeners): () => void {
  const listening = new AbortController()
  const { signal } = listening
  // A page that goes for good takes its worker along by itself.
  const whenKept = (act: () => void) => (event: Event) => {
    if ('persisted' in event && event.persisted === true) act()
  }
  window.document.addEventListener('freeze', onFreeze, { signal })
  window.document.addEventListener('resume', onThaw, { signal })
  window.addEventListener('pagehide', whenKept(onFreeze), { signal })
  window.addEventListener('pageshow', whenKept(onThaw), { signal })
  return () => listening.abort()
}
