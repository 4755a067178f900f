import type { SampleOffer } from './sample-offer.ts'

/** The part of `localStorage` that is needed. */
export type PageStorage = Pick<Storage, 'getItem' | 'setItem'>

/** What the app asks of the browser around it; `browser-page.ts` is the real one, tests and the gallery have a double. */
export interface PageServices {
  /** The page’s address without its fragment. */
  readonly baseUrl: string
  copyText(text: string): Promise<void>
  /** Hands a link to the system’s share sheet; absent where there is none. */
  readonly shareLink?: ((title: string, url: string) => Promise<void>) | undefined
  /**
   * Asks for a place to save to; undefined where the person closed the dialog.
   *
   * Absent where the browser has no save dialog: `download` is used there.
   */
  readonly chooseSaveTarget?: ((fileName: string) => Promise<FileSystemFileHandle | undefined>) | undefined
  /** Starts a browser download of a file that lies on disk already. Calls `onReleasable` when the file may go. */
  download(file: File, fileName: string, onReleasable: () => void): void
  /** Whether the browser promised to keep this origin’s storage. */
  isPersistent(): Promise<boolean>
  /** Asks for that promise; the answer is the browser’s. */
  askForPersistence(): Promise<boolean>
  /** Whether the pointer is over the element with this id, or keyboard focus in it. */
  isPointedAt(elementId: string): boolean
  /** Calls `act` after so long, unless the function that it returns is called before. */
  later(act: () => void, afterMs: number): () => void
  reload(): void
  /** A community that the page’s server offers to who follows none; undefined where it has none, or does not answer. */
  readSample(signal: AbortSignal): Promise<SampleOffer | undefined>
  /** Throws where the browser forbids it. */
  storage(): PageStorage
  /** As `storage`, for lists that each open tab has for itself; absent where there is only one tab. */
  readonly tabStorage?: (() => PageStorage) | undefined
}
