/**
 * Keeps what is being read where it is while rows above it come, go and grow.
 *
 *   scrolled ─▶ the rows in sight and their places are noted        changed ─▶ the list is scrolled by as much as they moved
 *
 * The browser’s own scroll anchoring does this in one of three engines only, and not at the very top.
 */

/** So near to the end counts as at the end. */
const END_PX = 48
/** Several, because the first may be a row that goes. */
const NOTED_ROWS = 6

export interface InSight {
  readonly id: string
  readonly element: HTMLElement
}

export class ScrollKeeper {
  readonly #scroller: HTMLElement
  readonly #content: HTMLElement
  #noted: readonly { readonly element: HTMLElement; readonly topPx: number }[] = []
  #isAtEnd = true
  #notedScrollPx = 0

  constructor(scroller: HTMLElement, content: HTMLElement) {
    this.#scroller = scroller
    this.#content = content
  }

  get isAtEnd(): boolean {
    return this.#isAtEnd
  }

  /** How far somebody has scrolled since the list was last looked at; below 0 upwards. */
  get scrolledPx(): number {
    return this.#scroller.scrollTop - this.#notedScrollPx
  }

  get distanceToEndPx(): number {
    const { scrollTop, clientHeight, scrollHeight } = this.#scroller
    return scrollHeight - scrollTop - clientHeight
  }

  /** After a scroll: where is the reader? */
  note(): void {
    this.#isAtEnd = this.distanceToEndPx < END_PX
    this.#noteRows()
  }

  /** After a change: `isFollowing` stays at the end where it was there. */
  restore(isFollowing: boolean): void {
    // Somebody may have scrolled up a moment ago, and the page has not told of it yet.
    if (this.#scroller.scrollTop < this.#notedScrollPx - END_PX) this.#isAtEnd = false
    if (this.#isAtEnd && isFollowing) return this.toEnd()
    // A gap is filled beside what is read; the message is what stays.
    const known = this.#noted.filter(({ element }) => element.isConnected)
    const kept = known.find(({ element }) => !element.classList.contains('gap')) ?? known[0]
    if (kept !== undefined) {
      const movedPx = kept.element.offsetTop - kept.topPx
      if (Math.abs(movedPx) >= 1) this.#scroller.scrollTop += movedPx
    }
    this.#noteRows()
  }

  toEnd(): void {
    this.#scroller.scrollTop = this.#scroller.scrollHeight
    this.#isAtEnd = true
    this.#noteRows()
  }

  /** Brings a row to the middle. */
  toRow(id: string): HTMLElement | undefined {
    const element = this.#content.querySelector<HTMLElement>(`[data-row="${CSS.escape(id)}"]`)
    if (element === null) return undefined
    const { clientHeight } = this.#scroller
    const spaceAbovePx = Math.max(clientHeight / 4, (clientHeight - element.offsetHeight) / 2)
    this.#scroller.scrollTop = element.offsetTop - spaceAbovePx
    this.note()
    return element
  }

  /** The rows that are to be seen, first to last. */
  inSight(): readonly InSight[] {
    const { children } = this.#content
    const endPx = this.#scroller.scrollTop + this.#scroller.clientHeight
    const seen: InSight[] = []
    for (let at = this.#firstInSight(); at < children.length; at++) {
      const element = children[at]
      if (!(element instanceof HTMLElement) || element.offsetTop >= endPx) break
      const id = element.dataset['row']
      if (id !== undefined) seen.push({ id, element })
    }
    return seen
  }

  #noteRows(): void {
    const { children } = this.#content
    const noted: { element: HTMLElement; topPx: number }[] = []
    for (let at = this.#firstInSight(); at < children.length && noted.length < NOTED_ROWS; at++) {
      const element = children[at]
      if (element instanceof HTMLElement) noted.push({ element, topPx: element.offsetTop })
    }
    this.#noted = noted
    this.#notedScrollPx = this.#scroller.scrollTop
  }

  /** By halves: rows stand one below the other. */
  #firstInSight(): number {
    const { children } = this.#content
    const { scrollTop } = this.#scroller
    let low = 0
    let high = children.length
    while (low < high) {
      const middle = (low + high) >> 1
      const row = children[middle]
      if (row instanceof HTMLElement && row.offsetTop + row.offsetHeight <= scrollTop) low = middle + 1
      else high = middle
    }
    return low
  }
}
