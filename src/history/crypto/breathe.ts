/**
 * Lets the event loop turn once, so that a long job does not keep peers and the page waiting.
 *
 * A message to oneself: timers are slowed down to 4 ms in browsers, and to a second in pages that are not seen.
 */
export async function breathe(): Promise<void> {
  const { port1, port2 } = new MessageChannel()
  await new Promise((resolve) => {
    port1.addEventListener('message', resolve, { once: true })
    port1.start()
    port2.postMessage(undefined)
  })
  port1.close()
}
