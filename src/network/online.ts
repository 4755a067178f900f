/** Whether the device says that it has a network; `true` proves nothing, `false` is certain. */
export interface OnlineSource {
  isOnline(): boolean
  /** Calls back on every change: of that, of the network that it is in, and when it was asleep; returns the unsubscribe. */
  onChange(listener: () => void): () => void
}

/** For processes that are not told. */
export const alwaysOnline: OnlineSource = { isOnline: () => true, onChange: () => () => undefined }

// A page in the background has its timers once a minute; a machine that slept has them later still.
const WAKE_LOOK_MS = 15_000
const ASLEEP_MS = 90_000

/** What the browser says, in a page or a worker. */
export function browserOnline(): OnlineSource {
  return {
    isOnline: () => globalThis.navigator.onLine,
    onChange: (listener) => {
      const ends = [onOnline(listener), onOtherNetwork(listener), onWake(listener)]
      return () => {
        for (const end of ends) end()
      }
    },
  }
}

function onOnline(listener: () => void): () => void {
  globalThis.addEventListener('online', listener)
  globalThis.addEventListener('offline', listener)
  return () => {
    globalThis.removeEventListener('online', listener)
    globalThis.removeEventListener('offline', listener)
  }
}

/** `navigator.connection` of Chromium; its event also tells new guesses of the rate, which mean nothing here. */
function onOtherNetwork(listener: () => void): () => void {
  const connection: unknown = Reflect.get(globalThis.navigator, 'connection')
  if (!(connection instanceof EventTarget)) return () => undefined
  const typeNow = (): unknown => Reflect.get(connection, 'type')
  let type = typeNow()
  const onChange = (): void => {
    if (typeNow() === type) return
    type = typeNow()
    listener()
  }
  connection.addEventListener('change', onChange)
  return () => connection.removeEventListener('change', onChange)
}

/** Nobody tells a worker that the machine was asleep, but its own timer is late. */
function onWake(listener: () => void): () => void {
  let lastMs = Date.now()
  const timer = setInterval(() => {
    const nowMs = Date.now()
    const isLate = nowMs - lastMs > ASLEEP_MS
    lastMs = nowMs
    if (isLate) listener()
  }, WAKE_LOOK_MS)
  return () => clearInterval(timer)
}
