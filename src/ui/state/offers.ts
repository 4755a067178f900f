/**
 * What Quire offers by itself, once each, one a visit, and not before something has worked:
 *
 *   first upload or fetch that is done ─▶ keep: may the browser promise to keep the files? ─▶ a later visit ─▶ install
 */
import { effect, signal } from '@preact/signals'
import type { ReadonlySignal } from '@preact/signals'
import type { PageServices } from '../page/page-services.ts'
import { BrowserNote } from './browser-note.ts'
import type { DeviceServices } from './device-services.ts'
import type { SpaceActions } from './space-actions.ts'

/** `keep` stays to show the browser’s answer, until it is dismissed. */
export type Offer = 'keep' | 'install'

const STORAGE_KEY = 'quire-offers'

interface OffersParts {
  readonly page: PageServices
  readonly device: DeviceServices
  readonly space: SpaceActions
}

export class Offers {
  readonly #parts: OffersParts
  readonly #note: BrowserNote
  readonly #shown = signal<Offer | undefined>(undefined)
  readonly #hasSuccess = signal(false)
  #hasOffered = false

  constructor(parts: OffersParts) {
    this.#parts = parts
    this.#note = new BrowserNote(() => parts.page.storage(), STORAGE_KEY)
  }

  get shown(): ReadonlySignal<Offer | undefined> {
    return this.#shown
  }

  /** Looks for the moment to offer something, until the function that it returns is called. */
  start(): () => void {
    return effect(() => {
      if (!this.#hasSuccess.value) return
      const offer = this.#next()
      if (offer === undefined || this.#hasOffered) return
      this.#hasOffered = true
      this.#note.write([...this.#made(), offer])
      this.#shown.value = offer
    })
  }

  /** Something has worked: a file was added or fetched. */
  noteSuccess(): void {
    this.#hasSuccess.value = true
  }

  dismiss(): void {
    this.#shown.value = undefined
  }

  /** The browser asks; whatever the answer is, it is not asked again. */
  async install(): Promise<void> {
    this.dismiss()
    await this.#parts.device.install()
  }

  #next(): Offer | undefined {
    const { device, space } = this.#parts
    const made = this.#made()
    // All are read, so that a change of any is followed.
    const canKeep = space.promised.value === 'no' && !made.includes('keep')
    const canInstall = ['asks', 'by-hand'].includes(device.installing.value) && !made.includes('install')
    if (canKeep) return 'keep'
    return canInstall && space.promised.value !== 'unknown' ? 'install' : undefined
  }

  #made(): readonly Offer[] {
    const made = this.#note.read()
    return Array.isArray(made) ? made.filter((offer) => offer === 'keep' || offer === 'install') : []
  }
}
