import { signal } from '@preact/signals'
import type { ReadonlySignal } from '@preact/signals'

/**
 * Whether there is a newer version of the app: one that waits for a yes (`ready`), or one that another tab took, while this
 * page still runs the one before (`taken`).
 */
export type UpdateState = 'none' | 'ready' | 'taken'

/** What the page knows of its service worker; `page/service-worker.ts` is the real one. */
export interface AppWorker {
  readonly update: ReadonlySignal<UpdateState>
  /** Whether addresses of content are answered. */
  readonly servesContent: ReadonlySignal<boolean>
  /** Loads the page again with the newer version. */
  takeUpdate(): void
}

/** For browsers without, and for the development server. */
export const NO_APP_WORKER: AppWorker = {
  update: signal('none'),
  servesContent: signal(false),
  takeUpdate: () => undefined,
}
