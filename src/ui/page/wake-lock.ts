/** Keeps the screen on while bytes move and somebody can see it; a device that sleeps cuts its connections. */
import { computed, effect } from '@preact/signals'
import type { TransferView } from '../../rpc/api.ts'
import type { AppModel } from '../state/app-model.ts'

/** The parts of a `Document` and of its `navigator.wakeLock` that are needed. */
export interface AwakeParts {
  readonly document: Pick<Document, 'visibilityState' | 'addEventListener' | 'removeEventListener'>
  /** Absent where the browser has none, or the page is not secure. */
  readonly wakeLock: { request(type: 'screen'): Promise<Pick<WakeLockSentinel, 'release'>> } | undefined
}

/** A transfer that waits for somebody may wait for days: the screen does not stay on for it. */
const MOVING_STATES: readonly TransferView['phase']['state'][] = [
  'preparing',
  'looking',
  'connected',
  'checking',
  'moving',
]

export function stayAwake(model: AppModel, parts: AwakeParts): () => void {
  const isWanted = computed(() => {
    const isMoving = model.snapshot.value.transfers.some(({ phase }) => MOVING_STATES.includes(phase.state))
    return isMoving || model.device.backup.isBusy.value
  })
  const keeper = new AwakeKeeper(parts)
  const stopFollowing = effect(() => keeper.want(isWanted.value))
  return () => {
    stopFollowing()
    keeper.stop()
  }
}

class AwakeKeeper {
  readonly #parts: AwakeParts
  #isWanted = false
  #isBusy = false
  #lock: Pick<WakeLockSentinel, 'release'> | undefined

  constructor(parts: AwakeParts) {
    this.#parts = parts
    parts.document.addEventListener('visibilitychange', this.#onVisibility)
  }

  want(isWanted: boolean): void {
    this.#isWanted = isWanted
    void this.#follow()
  }

  stop(): void {
    this.#parts.document.removeEventListener('visibilitychange', this.#onVisibility)
    this.want(false)
  }

  /** The browser lets go of a lock by itself when the page is hidden, and gives none until it is seen again. */
  readonly #onVisibility = (): void => void this.#follow()

  get #isDue(): boolean {
    return this.#isWanted && this.#parts.document.visibilityState === 'visible'
  }

  /** One question at a time, until what is held is what is due. */
  async #follow(): Promise<void> {
    if (this.#isBusy) return
    this.#isBusy = true
    while (this.#isDue !== (this.#lock !== undefined)) {
      const held = this.#lock
      this.#lock = held === undefined ? await this.#request() : undefined
      await held?.release().catch(() => undefined)
      // Refused, to save power: asked for again when something changes.
      if (held === undefined && this.#lock === undefined) break
    }
    this.#isBusy = false
  }

  async #request(): Promise<Pick<WakeLockSentinel, 'release'> | undefined> {
    return this.#parts.wakeLock?.request('screen').catch(() => undefined)
  }
}
