/** A signal that aborts with the asker’s, for as long as that lives, and with a `TimeoutError` unless `stop` comes first. */
export function firstByteTimer(timeoutMs: number, asker: AbortSignal): { signal: AbortSignal; stop: () => void } {
  const late = new AbortController()
  const timer = setTimeout(() => {
    late.abort(new DOMException('The first byte did not come in time.', 'TimeoutError'))
  }, timeoutMs)
  return { signal: AbortSignal.any([asker, late.signal]), stop: () => clearTimeout(timer) }
}
