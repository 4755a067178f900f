/**
 * Posts the events of one watcher to its own `port` until a message comes from there, the port closes, or the function that
 * was added to `watchers` is called.
 */
export function postEvents(
  port: MessagePort,
  watch: (post: (event: unknown) => void) => () => void,
  watchers: Set<() => void>,
): void {
  const unsubscribe = watch((event) => port.postMessage(event))
  const stop = (): void => {
    unsubscribe()
    port.close()
    watchers.delete(stop)
  }
  watchers.add(stop)
  port.addEventListener('message', stop)
  port.addEventListener('close', stop)
  port.start()
}
