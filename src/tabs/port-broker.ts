/** A page’s way to the worker that runs the node, in whichever tab that is. */
export interface PortBroker {
  /** Makes this page the one that leads: the ports of others come out of `ports`, as `{ type: 'serve', port }`, until another leads. */
  lead(ports: MessagePort): void
  /** Sends a port to the one that leads, or to the next one where none does; it may be lost with the tab that leads. */
  send(port: MessagePort): void
  /** Connects anew: what stands between the tabs may have died with one of them. */
  reopen(): void
  close(): void
}
