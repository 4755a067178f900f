/** What the app asks of the device around the browser’s page; `page/browser-device.ts` is the real one. */
import { signal } from '@preact/signals'
import type { ReadonlySignal } from '@preact/signals'
import type { QueuedFile } from './upload-queue.ts'

/**
 * How Quire can be put among the apps: `installed` already, by the browser’s own question (`asks`), by hand in a menu of
 * Safari (`by-hand`), or not that the page knows (`unknown`).
 */
export type Installing = 'installed' | 'asks' | 'by-hand' | 'unknown'

/** What the system starts the app with, or hands to it while it runs. */
export interface Launch {
  /** The address that it was to open. */
  readonly url?: string | undefined
  readonly files: readonly QueuedFile[]
  /** Names of files that could not be read. */
  readonly unreadableNames: readonly string[]
}

export interface DeviceServices {
  readonly installing: ReadonlySignal<Installing>
  /** Shows the browser’s question, once; false where the person said no. */
  install(): Promise<boolean>
  /** Safari removes what a site stored after this many days of use without a visit, unless it is installed. */
  readonly forgetsAfterDays?: number | undefined
  /** Has the browser open `web+codex:` links here, after asking; absent where it cannot. */
  readonly openSystemLinks?: (() => void) | undefined
  /** Calls back with the launch that opened the page, where there is one, and with later ones. */
  onLaunch(listener: (launch: Launch) => void): void
  /** The files of a share, each to one page only; none where they are gone. */
  takeShared(id: string): Promise<readonly QueuedFile[]>
}

/** For tests, and where nothing of it is there. */
export const NO_DEVICE: DeviceServices = {
  installing: signal('unknown'),
  install: async () => false,
  onLaunch: () => undefined,
  takeShared: async () => [],
}
