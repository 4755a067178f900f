import type { RouterWindow } from '../ui/state/router.ts'

/**
 * A place to be for the router of what is shown here, apart from the browser’s history: in a frame, a step of one’s own would
 * be a step of the page around it, and its back button would lead through the widget.
 */
export function memoryHistory(hash: string): RouterWindow {
  const events = new EventTarget()
  // Marks it as no link that a person opened: nothing is fetched or followed for it.
  const state = { quire: 'shown' }
  const location = { hash }
  const go = (_state: unknown, _unused: string, url?: string | URL | null): void => {
    location.hash = String(url ?? '')
  }
  return {
    // The router needs no more of them.
    location: location as Location,
    history: { state, pushState: go, replaceState: go } as unknown as History,
    addEventListener: events.addEventListener.bind(events),
    removeEventListener: events.removeEventListener.bind(events),
  }
}
