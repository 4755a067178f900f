/** Light, dark, or as the system says; the choice is kept on this device. `public/theme.js` applies it before the first paint. */
import { signal } from '@preact/signals'
import type { ReadonlySignal } from '@preact/signals'
import type { PageStorage } from '../page/page-services.ts'

export const THEMES = ['auto', 'light', 'dark'] as const
export type Theme = (typeof THEMES)[number]

const STORAGE_KEY = 'quire-theme'

export class ThemeChoice {
  readonly #root: HTMLElement
  readonly #storage: () => PageStorage
  readonly #theme

  /** `storage` is a function, as a browser that forbids storage throws when it is only named. */
  constructor(root: HTMLElement, storage: () => PageStorage) {
    this.#root = root
    this.#storage = storage
    this.#theme = signal<Theme>(readTheme(storage))
    this.#apply()
  }

  get theme(): ReadonlySignal<Theme> {
    return this.#theme
  }

  choose(theme: Theme): void {
    this.#theme.value = theme
    this.#apply()
    try {
      this.#storage().setItem(STORAGE_KEY, theme)
    } catch {
      // Storage may be closed or full: the choice then lasts as long as the page.
    }
  }

  #apply(): void {
    this.#root.dataset['theme'] = this.#theme.peek()
  }
}

function readTheme(storage: () => PageStorage): Theme {
  let kept: string | null = null
  try {
    kept = storage().getItem(STORAGE_KEY)
  } catch {
    // Storage is forbidden: the system’s choice is as good as any.
  }
  return THEMES.find((theme) => theme === kept) ?? 'auto'
}
