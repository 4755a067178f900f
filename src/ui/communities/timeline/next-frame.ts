/** What is needed of the document. */
export type SeenDocument = Pick<Document, 'hidden' | 'addEventListener'>

/**
 * Resolves before the next frame is drawn, or at once where nobody looks: there are no frames then, and what comes is counted
 * all the same. Who looks away meanwhile is not waited for.
 */
export async function nextFrame(seen: SeenDocument, requestFrame: (act: () => void) => unknown): Promise<void> {
  if (seen.hidden) return
  const listening = new AbortController()
  await new Promise<void>((resolve) => {
    requestFrame(resolve)
    seen.addEventListener('visibilitychange', () => resolve(), { signal: listening.signal })
  })
  listening.abort()
}
