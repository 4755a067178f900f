/**
 * One node for each origin, whatever the number of tabs: two would write one database and answer to one peer id.
 *
 *   acquire() ──▶ held: the node may run       another tab holds it ──▶ waits until that tab ends
 *             ── `steal` aborts ──▶ held at once; the holder, which answered nobody, is told by its lock and stops
 */
const LOCK = 'quire-node'

export interface AcquireOptions {
  /** Aborts when the holder is to be robbed of it in place of waited for. */
  readonly steal: AbortSignal
  /** Called once, when another tab has taken the lock. */
  readonly onLost: () => void
}

export class NodeLock {
  readonly #name: string
  #release: (() => void) | undefined

  constructor(init: { name?: string | undefined } = {}) {
    this.#name = init.name ?? LOCK
  }

  /** Resolves when it is held; it stays so until `release`, or until it is lost. */
  async acquire({ steal, onLost }: AcquireOptions): Promise<void> {
    try {
      await this.#request({ signal: steal }, onLost)
    } catch (error) {
      if (!steal.aborted) throw error
      await this.#request({ steal: true }, onLost)
    }
  }

  release(): void {
    this.#release?.()
    this.#release = undefined
  }

  #request(options: LockOptions, onLost: () => void): Promise<void> {
    return new Promise<void>((resolve, reject) => {
      let isHeld = false
      const hold = async (): Promise<void> => {
        isHeld = true
        const released = new Promise<void>((release) => (this.#release = release))
        resolve()
        await released
      }
      // A stolen lock rejects here, long after it was given.
      navigator.locks.request(this.#name, options, hold).catch((error: unknown) => {
        if (isHeld) onLost()
        else reject(error)
      })
    })
  }
}
