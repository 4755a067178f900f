import type { PageStorage } from './page-services.ts'

type WholeStorage = Pick<Storage, 'getItem' | 'setItem' | 'removeItem' | 'key' | 'length'>

const LOCK_PREFIX = 'quire-tab-'

/**
 * Lists of this tab alone, in a storage that all tabs share: what tabs that are gone have left is taken over by the first
 * that reads it, what others that are open keep is not touched.
 *
 * Values are JSON lists; one from before there were several tabs belongs to nobody, and is taken over, too.
 */
export class TabStorage implements PageStorage {
  readonly #storage: () => WholeStorage
  readonly #tab: string
  readonly #living: () => ReadonlySet<string> | undefined

  /** `living` gives the ids of the tabs that are open; undefined while that is not known. */
  constructor(storage: () => WholeStorage, init: { tab: string; living: () => ReadonlySet<string> | undefined }) {
    this.#storage = storage
    this.#tab = init.tab
    this.#living = init.living
  }

  getItem(name: string): string | null {
    const storage = this.#storage()
    const living = this.#living()
    const own = this.#own(name)
    const keys = living === undefined ? [own] : [own, ...ownerless(storage, { name, living, tab: this.#tab })]
    const lists = keys.flatMap((key) => listIn(storage.getItem(key)))
    if (lists.length === 0) return null
    const text = JSON.stringify(lists)
    storage.setItem(own, text)
    for (const key of keys) if (key !== own) storage.removeItem(key)
    return text
  }

  setItem(name: string, value: string): void {
    const storage = this.#storage()
    if (listIn(value).length === 0) storage.removeItem(this.#own(name))
    else storage.setItem(this.#own(name), value)
  }

  #own(name: string): string {
    return `${name}@${this.#tab}`
  }
}

/** A storage of this tab, which counts as open for as long as its page lives. */
export function openTabStorage(page: Window & typeof globalThis): TabStorage {
  const { navigator } = page
  const tab = page.crypto.randomUUID()
  let living: ReadonlySet<string> | undefined
  const look = async (): Promise<void> => {
    void navigator.locks.request(`${LOCK_PREFIX}${tab}`, () => new Promise(() => undefined))
    const { held = [] } = await navigator.locks.query()
    const names = held.flatMap(({ name }) => (name?.startsWith(LOCK_PREFIX) === true ? [name] : []))
    living = new Set(names.map((name) => name.slice(LOCK_PREFIX.length)))
  }
  // A page without locks has no node either.
  if ('locks' in navigator) look().catch(() => undefined)
  return new TabStorage(() => page.localStorage, { tab, living: () => living })
}

function ownerless(
  storage: WholeStorage,
  { name, living, tab }: { name: string; living: ReadonlySet<string>; tab: string },
): string[] {
  const keys = Array.from({ length: storage.length }, (_, at) => storage.key(at) ?? '')
  return keys.filter((key) => {
    if (key === name) return true
    const owner = key.startsWith(`${name}@`) ? key.slice(name.length + 1) : undefined
    return owner !== undefined && owner !== tab && !living.has(owner)
  })
}

function listIn(text: string | null): unknown[] {
  try {
    const value: unknown = JSON.parse(text ?? '[]')
    return Array.isArray(value) ? value : []
  } catch {
    return []
  }
}
