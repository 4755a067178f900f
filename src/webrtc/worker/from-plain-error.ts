import type { PlainError } from '../protocol.ts'

/** `RTCError`, which workers lack. */
class RtcError extends DOMException {
  readonly errorDetail: string

  constructor(errorDetail: string, message: string) {
    super(message, 'OperationError')
    this.errorDetail = errorDetail
  }
}

/** The error that a window's own object would have given. */
export function fromPlainError({ name, message, errorDetail }: PlainError): Error {
  if (errorDetail !== undefined) {
    return new RtcError(errorDetail, message)
  }
  if (name === 'TypeError') {
    return new TypeError(message)
  }
  return name === 'RangeError' ? new RangeError(message) : new DOMException(message, name)
}
