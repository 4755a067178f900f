/** Between tabs, in the service worker of browsers without shared workers: passes ports on to the tab that leads. */

/** What is needed of a service worker’s global scope. */
export interface ForwarderScope {
  readonly clients: {
    get(id: string): Promise<{ postMessage(message: unknown, transfer: Transferable[]): void } | undefined>
  }
}

export interface ForwarderEvent {
  readonly data: unknown
  readonly source: { readonly id?: string } | null
}

/** From a tab: its worker runs the node. */
export const LEAD = 'quire-lead'
/** From a tab, with a port for the one that leads. */
export const FORWARD = 'quire-forward-port'
/** To the tab that leads, with the port of another. */
export const FORWARDED = 'quire-forwarded-port'

/** Forgets who leads when the browser ends the service worker; a tab whose port finds nobody has the leader say it again. */
export class PortForwarder {
  readonly #scope: ForwarderScope
  #leaderId: string | undefined

  constructor(scope: ForwarderScope) {
    this.#scope = scope
  }

  /** Takes a message of a tab; false where it is not meant for this. */
  receive({ data, source }: ForwarderEvent): boolean {
    if (typeof data !== 'object' || data === null || !('type' in data)) return false
    if (data.type === LEAD) this.#leaderId = source?.id
    else if (data.type === FORWARD && 'port' in data && data.port instanceof MessagePort) void this.#forward(data.port)
    else return false
    return true
  }

  async #forward(port: MessagePort): Promise<void> {
    const leader = this.#leaderId === undefined ? undefined : await this.#scope.clients.get(this.#leaderId)
    if (leader === undefined) port.close()
    else leader.postMessage({ type: FORWARDED, port }, [port])
  }
}
