import type { QuireError } from '../../errors.ts'

export type PublishState =
  | {
      readonly state: 'idle'
      readonly lastPublishedAtMs?: number | undefined
      readonly nextAtMs?: number | undefined
    }
  | { readonly state: 'publishing'; readonly doneArchives: number; readonly totalArchives: number }
  | { readonly state: 'failed'; readonly error: QuireError }
