/** What `quire` is to the examples when they run in a browser. */
import { Quire as BrowserQuire, type QuireOptions } from '../quire.browser.ts'

export { isQuireError } from '../quire.browser.ts'

/** What the nodes of the examples are made with; a test sets it. */
export const home: { options: QuireOptions; created: number } = { options: {}, created: 0 }

export const Quire = {
  create: (options: QuireOptions = {}): Promise<BrowserQuire> => {
    home.created++
    return BrowserQuire.create({ ...options, ...home.options })
  },
}
