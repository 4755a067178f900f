/**
 * One node for each origin, whatever the number of tabs: two would write one database and answer to one peer id.
 *
 *   acquire() ──▶ held: the node may run       another tab holds it ──▶ ERR_NODE_ELSEWHERE
 *   acquire({ takeOver }) ── “release” on a channel ──▶ the holder stops its node and lets go ──▶ held
 *                         ── no answer in time ──▶ steal: the holder is told by its lock and stops
 */
import { QuireError } from '../errors.ts'

const LOCK = 'quire-node'
/** How long the holder has to stop its node: it writes what is verified and closes its connections. */
const RELEASE_TIMEOUT_MS = 5_000

export interface NodeLockInit {
  /** Name of lock and channel. */
  readonly name?: string | undefined
  readonly releaseTimeoutMs?: number | undefined
}

export interface AcquireOptions {
  readonly takeOver: boolean
  /** Called once, when another tab wants the node or has taken it; the lock is let go when the promise resolves. */
  readonly onLost: () => Promise<void>
}

export class NodeLock {
  readonly #name: string
  readonly #releaseTimeoutMs: number
  #release: (() => void) | undefined

  constructor(init: NodeLockInit = {}) {
    this.#name = init.name ?? LOCK
    this.#releaseTimeoutMs = init.releaseTimeoutMs ?? RELEASE_TIMEOUT_MS
  }

  /** Errors: `ERR_NODE_ELSEWHERE` (another tab holds it, and `takeOver` is false). */
  async acquire(options: AcquireOptions): Promise<void> {
    const isHeld = await this.#request({ ifAvailable: true }, options)
    if (isHeld) return
    if (!options.takeOver) throw new QuireError('ERR_NODE_ELSEWHERE', 'Quire runs in another tab of this browser.')
    await this.#takeOver(options)
  }

  release(): void {
    this.#release?.()
    this.#release = undefined
  }

  async #takeOver(options: AcquireOptions): Promise<void> {
    const channel = new BroadcastChannel(this.#name)
    channel.postMessage('release')
    channel.close()
    try {
      await this.#request({ signal: AbortSignal.timeout(this.#releaseTimeoutMs) }, options)
    } catch (error) {
      if (!(error instanceof DOMException && error.name === 'TimeoutError')) throw error
      await this.#request({ steal: true }, options)
    }
  }

  /** Resolves with whether the lock is held now; it stays so until `release`, or until it is lost. */
  #request(lockOptions: LockOptions, { onLost }: AcquireOptions): Promise<boolean> {
    return new Promise<boolean>((resolve, reject) => {
      let isHeld = false
      let isLost = false
      const lose = async (): Promise<void> => {
        if (isLost) return
        isLost = true
        // The lock is let go whatever happens: a node that cannot stop must not keep the other tab waiting.
        await onLost().catch(() => undefined)
      }
      const hold = async (lock: Lock | null): Promise<void> => {
        if (lock === null) return resolve(false)
        isHeld = true
        const released = new Promise<void>((release) => (this.#release = release))
        const channel = new BroadcastChannel(this.#name)
        channel.addEventListener('message', () => void lose().finally(() => this.release()))
        resolve(true)
        await released
        isLost = true
        channel.close()
      }
      // A stolen lock rejects here, long after it was given.
      navigator.locks.request(this.#name, lockOptions, hold).catch((error: unknown) => {
        if (isHeld) void lose()
        else reject(error)
      })
    })
  }
}
