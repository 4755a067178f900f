import type { PlainError } from '../protocol.ts'

/** What crosses of anything that a browser throws or reports. */
export function toPlainError(error: unknown): PlainError {
  if (!(error instanceof Error)) {
    return { name: 'UnknownError', message: String(error) }
  }
  const plain = { name: error.name, message: error.message }
  return 'errorDetail' in error && typeof error.errorDetail === 'string'
    ? { ...plain, errorDetail: error.errorDetail }
    : plain
}
