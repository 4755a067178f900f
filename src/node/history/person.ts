import { QuireError } from '../../errors.ts'
import { readJson, writeJson } from './history-settings.ts'
import type { HistoryFeed } from './history-feed.ts'
import type { HistoryParts } from './history-parts.ts'
import type { PersonView } from './history-views.ts'

const KEY = 'person-name'
const MAX_NAME_CHARACTERS = 64

/** Who writes on this device: a key of the key ring, and the name that goes with each message. */
export class Person {
  readonly #parts: Pick<HistoryParts, 'keyRing' | 'settings'>
  readonly #feed: Pick<HistoryFeed, 'mark'>
  #displayName = ''

  constructor(components: { parts: Pick<HistoryParts, 'keyRing' | 'settings'>; feed: Pick<HistoryFeed, 'mark'> }) {
    this.#parts = components.parts
    this.#feed = components.feed
  }

  async start(): Promise<void> {
    const kept = await readJson(this.#parts.settings, KEY)
    if (typeof kept === 'string') this.#displayName = kept.slice(0, MAX_NAME_CHARACTERS)
  }

  get displayName(): string {
    return this.#displayName
  }

  view(): PersonView | undefined {
    const key = this.#parts.keyRing.view('person')
    if (key === undefined) return undefined
    const { author, hasPassphrase, isLocked, isSaved } = key
    return { key: author, displayName: this.#displayName, hasPassphrase, isLocked, isSaved }
  }

  /** Errors: `ERR_NO_PERSON`. */
  required(): PersonView {
    const view = this.view()
    if (view === undefined || view.displayName === '') {
      throw new QuireError('ERR_NO_PERSON', 'There is no name to write under yet.')
    }
    return view
  }

  /** Makes a key where this device has none. Errors: `ERR_OPTION_INVALID` (no name, or one of more than 64 characters). */
  async set({ displayName }: { readonly displayName: string }): Promise<PersonView> {
    const name = displayName.trim().replaceAll(/\p{Cc}+/gu, ' ')
    if (name === '') throw new QuireError('ERR_OPTION_INVALID', 'A name has at least one character.')
    if (name.length > MAX_NAME_CHARACTERS) {
      throw new QuireError('ERR_OPTION_INVALID', `A name has at most ${MAX_NAME_CHARACTERS} characters.`)
    }
    await this.#parts.keyRing.ensurePerson()
    await writeJson(this.#parts.settings, KEY, name)
    this.#displayName = name
    this.#feed.mark('person')
    return this.required()
  }
}
