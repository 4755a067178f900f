import type { PageStorage } from '../page/page-services.ts'

/** Something small that this browser keeps for the page; without storage it lasts as long as the page. */
export class BrowserNote {
  readonly #storage: () => PageStorage
  readonly #key: string

  /** `storage` is a function, as a browser that forbids storage throws when it is only named. */
  constructor(storage: () => PageStorage, key: string) {
    this.#storage = storage
    this.#key = key
  }

  /** Whatever another version may have written; undefined where there is nothing. */
  read(): unknown {
    try {
      return JSON.parse(this.#storage().getItem(this.#key) ?? 'null') ?? undefined
    } catch {
      // Forbidden, or written by somebody else.
      return undefined
    }
  }

  write(value: unknown): void {
    try {
      this.#storage().setItem(this.#key, JSON.stringify(value))
    } catch {
      // Forbidden or full.
    }
  }
}
