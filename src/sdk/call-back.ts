/**
 * Calls a function of the program’s own. One that throws fails by itself, as a listener of an `EventTarget` does: not the call
 * that it hears of, nor the node.
 */
export function callBack<T>(listener: (value: T) => void, value: T): void {
  try {
    listener(value)
  } catch (error) {
    queueMicrotask(() => {
      throw error
    })
  }
}
