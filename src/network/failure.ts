/** Failures as errors, whatever was thrown. */

/**
 * `value` as an `Error`.
 *
 * A WebSocket that cannot be opened rejects with its `error` event, which says nothing in a browser (on purpose: pages
 * shall not probe networks), and holds the socket itself in Node.
 */
export function asError(value: unknown): Error {
  if (value instanceof Error) return value
  if (value instanceof Event || isErrorEvent(value))
    return new Error(messageOf(value) ?? 'The connection could not be opened.')
  return new Error(String(value))
}

// The `ws` package has an `Event` of its own.
function isErrorEvent(value: unknown): value is object {
  return typeof value === 'object' && value !== null && 'type' in value && value.type === 'error'
}

function messageOf(value: object): string | undefined {
  return 'message' in value && typeof value.message === 'string' && value.message !== '' ? value.message : undefined
}
