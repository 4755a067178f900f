import { isQuireError, QuireError } from '../../errors.ts'

export type PublishState =
  | {
      readonly state: 'idle'
      readonly lastPublishedAtMs?: number | undefined
      readonly nextAtMs?: number | undefined
    }
  | { readonly state: 'publishing'; readonly doneArchives: number; readonly totalArchives: number }
  | { readonly state: 'failed'; readonly error: QuireError }

export function failedWith(cause: unknown): PublishState {
  if (isQuireError(cause)) return { state: 'failed', error: cause }
  return { state: 'failed', error: new QuireError('ERR_UNKNOWN', 'The history could not be published.', { cause }) }
}
