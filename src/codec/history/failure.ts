import { type ErrorCode, QuireError } from '../../errors.ts'

/** What `decode` gives; what it throws becomes an error of `code` with the same sentence, its cause kept. */
export function withCode<T>(code: ErrorCode, decode: () => T): T {
  try {
    return decode()
  } catch (error) {
    throw new QuireError(code, error instanceof Error ? error.message : 'It does not decode.', { cause: error })
  }
}
