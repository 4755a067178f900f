import type { HistorySettings } from '../ports.ts'

/** Settings that outlive the objects that use them, as a disk would. */
export class MemoryHistorySettings implements HistorySettings {
  readonly values = new Map<string, Uint8Array>()
  /** Runs before each `set`; one that throws fails it. */
  fault: ((key: string) => void) | undefined

  async get(key: string): Promise<Uint8Array | undefined> {
    return this.values.get(key)?.slice()
  }

  async set(key: string, value: Uint8Array): Promise<void> {
    this.fault?.(key)
    this.values.set(key, value.slice())
  }

  async delete(key: string): Promise<void> {
    this.values.delete(key)
  }
}
