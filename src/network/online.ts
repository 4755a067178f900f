/** Whether the device says that it has a network; `true` proves nothing, `false` is certain. */
export interface OnlineSource {
  isOnline(): boolean
  /** Calls back on every change; returns the unsubscribe. */
  onChange(listener: () => void): () => void
}

/** For processes that are not told. */
export const alwaysOnline: OnlineSource = { isOnline: () => true, onChange: () => () => undefined }

/** What the browser says, in a page or a worker. */
export function browserOnline(): OnlineSource {
  return {
    isOnline: () => globalThis.navigator.onLine,
    onChange: (listener) => {
      globalThis.addEventListener('online', listener)
      globalThis.addEventListener('offline', listener)
      return () => {
        globalThis.removeEventListener('online', listener)
        globalThis.removeEventListener('offline', listener)
      }
    },
  }
}
