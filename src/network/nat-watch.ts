/** Keeps what is known of this device’s NAT: asked at the start, after a change of the network, and when somebody wants to know. */
import { asError } from './failure.ts'
import { type NatStatus, UNKNOWN_NAT } from './nat-kind.ts'
import type { NatProbe } from './nat-probe.ts'
import type { NetworkLog } from './network-log.ts'

export interface NatWatchComponents {
  /** Undefined where there is no WebRTC, or no STUN server. */
  readonly probe: NatProbe | undefined
  readonly log: NetworkLog
  /** Called after every change of `status`. */
  readonly onChange: () => void
}

export class NatWatch {
  readonly #components: NatWatchComponents
  readonly #stopped = new AbortController()
  #status: NatStatus = UNKNOWN_NAT
  #running: Promise<void> | undefined
  #isStale = false

  constructor(components: NatWatchComponents) {
    this.#components = components
  }

  get status(): NatStatus {
    return this.#status
  }

  /** Looks now, or joins the look that is under way; resolves with what is known then. Never rejects. */
  async check(): Promise<NatStatus> {
    this.#running ??= this.#look().finally(() => (this.#running = undefined))
    await this.#running
    return this.#status
  }

  /** The network is another: what is known is wrong, and what is being found out may be. */
  changed(): void {
    this.#isStale = this.#running !== undefined
    this.#become(UNKNOWN_NAT)
    void this.check()
  }

  stop(): void {
    this.#stopped.abort()
  }

  async #look(): Promise<void> {
    const { probe, log } = this.#components
    const { signal } = this.#stopped
    if (probe === undefined) return
    do {
      this.#isStale = false
      try {
        const nat = await probe(signal)
        if (!this.#isStale && !signal.aborted) this.#become({ ...nat, checkedAtMs: Date.now() })
      } catch (error) {
        if (!signal.aborted) log('info', 'the NAT could not be looked at', { error: asError(error) })
        return
      }
    } while (this.#isStale && !signal.aborted)
  }

  #become(status: NatStatus): void {
    const isSame = status.kind === this.#status.kind && status.checkedAtMs === this.#status.checkedAtMs
    this.#status = status
    if (!isSame) this.#components.onChange()
  }
}
