import { checkUploadLimits, type UploadLimits } from '../exchange/upload-limits.ts'
import type { NodeParts } from './node-parts.ts'

const KEY = 'upload-limits'

/** How fast blocks may be served: set by a person, kept over restarts where the node has settings. */
export class UploadLimitsSetting {
  readonly #parts: Pick<NodeParts, 'exchange' | 'settings' | 'log'>
  readonly #preset: UploadLimits
  readonly #onChange: () => void

  /** `preset` holds where none were kept. */
  constructor(
    parts: Pick<NodeParts, 'exchange' | 'settings' | 'log'>,
    init: { preset?: UploadLimits | undefined; onChange: () => void },
  ) {
    this.#parts = parts
    this.#preset = init.preset ?? {}
    this.#onChange = init.onChange
  }

  get limits(): UploadLimits {
    return this.#parts.exchange.uploadLimits
  }

  /** Sets what was kept; what cannot be read counts as nothing kept. Errors: `ERR_OPTION_INVALID` (the preset). */
  async restore(): Promise<void> {
    const { exchange, settings, log } = this.#parts
    exchange.setUploadLimits(this.#preset)
    try {
      const bytes = await settings?.get(KEY)
      if (bytes !== undefined) exchange.setUploadLimits(limitsOf(JSON.parse(new TextDecoder().decode(bytes))))
    } catch (error) {
      log('warn', 'the upload limits could not be read', { error })
    }
  }

  /** Holds at once; resolves when it is kept. Errors: `ERR_OPTION_INVALID`, those of `SettingsStore.set`. */
  async set(limits: UploadLimits): Promise<void> {
    const { exchange, settings } = this.#parts
    exchange.setUploadLimits(limits)
    this.#onChange()
    await settings?.set(KEY, new TextEncoder().encode(JSON.stringify(checkUploadLimits(limits))))
  }
}

function limitsOf(value: unknown): UploadLimits {
  if (typeof value !== 'object' || value === null) return {}
  const numberOf = (name: string): number | undefined => {
    const found: unknown = Reflect.get(value, name)
    return typeof found === 'number' ? found : undefined
  }
  return {
    totalBytesPerSecond: numberOf('totalBytesPerSecond'),
    perPeerBytesPerSecond: numberOf('perPeerBytesPerSecond'),
  }
}
