/** Between tabs, in a shared worker: passes the ports of all tabs on to the worker of the one that leads. */

/** Of tabs that wait while nobody leads; each sends one, and another a second later. */
const MAX_WAITING = 64

export type SwitchboardMessage =
  /** From now on ports go out through `ports`. */
  | { readonly type: 'lead'; readonly ports: MessagePort }
  /** A port for the one that leads. */
  | { readonly type: 'serve'; readonly port: MessagePort }

export class Switchboard {
  readonly #waiting: MessagePort[] = []
  #leader: MessagePort | undefined

  /** Takes up the port of a tab. */
  connect(tab: MessagePort): void {
    tab.addEventListener('message', ({ data }: MessageEvent<SwitchboardMessage>) => {
      if (data.type === 'lead') this.#lead(data.ports)
      else this.#pass(data.port)
    })
    tab.start()
  }

  #lead(ports: MessagePort): void {
    this.#leader?.close()
    this.#leader = ports
    // Browsers that do not tell of it lose the ports that are sent there; whoever sent one sends another.
    ports.addEventListener('close', () => {
      if (this.#leader === ports) this.#leader = undefined
    })
    ports.start()
    for (const port of this.#waiting.splice(0)) this.#pass(port)
  }

  #pass(port: MessagePort): void {
    if (this.#leader !== undefined) return this.#leader.postMessage({ type: 'serve', port }, [port])
    this.#waiting.push(port)
    if (this.#waiting.length > MAX_WAITING) this.#waiting.shift()?.close()
  }
}
