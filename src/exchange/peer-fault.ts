import { isQuireError, QuireError } from '../errors.ts'

const VIOLATIONS = ['ERR_FRAME_INVALID', 'ERR_FRAME_TOO_LARGE', 'ERR_MESSAGE_INVALID', 'ERR_CID_INVALID'] as const

/** Whether an error means that the peer broke a rule of the protocol. */
export function isViolation(error: unknown): error is QuireError {
  return VIOLATIONS.some((code) => isQuireError(error, code))
}

/** Throws where there is a reason to drop the peer; the stream’s end tells of it. */
export function demand(reason: string | undefined): void {
  if (reason !== undefined) throw new QuireError('ERR_MESSAGE_INVALID', reason)
}

export function closedError(): QuireError {
  return new QuireError('ERR_PEER_NOT_CONNECTED', 'The stream to the peer ended.')
}
