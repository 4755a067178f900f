/**
 * Keeps what a person is about to press where it is, while rows above it come and go.
 *
 *   pointer over a row or control, or keyboard focus on one ──▶ the anchor and its place in the page
 *   rows added, removed, grown ──▶ has the anchor moved? ──▶ the page is scrolled by as much; where it cannot be,
 *                                                           room is made below or above
 *   pointer and focus gone ──▶ the room goes, and the page is scrolled back
 *
 * A finger points at nothing before it presses, so that touches do not count.
 */

const ROW = '.row, tr'
const CONTROL = 'button, a, input, select, textarea, summary'
const HEIGHT = '--steady-height'

/** Watches `place` until the function that it returns is called. */
export function keepRowsSteady(place: HTMLElement): () => void {
  const rows = new SteadyRows(place)
  return () => rows.stop()
}

class SteadyRows {
  readonly #place: HTMLElement
  readonly #listening = new AbortController()
  readonly #mutations = new MutationObserver(() => this.#settle())
  #anchor: Element | undefined
  /** From the page’s top: a person who scrolls does not change it. */
  #anchorTop = 0
  #roomAbovePx = 0
  /** Where the page was scrolled to before, and to which place it was moved since. */
  #scrolled: { readonly fromPx: number; readonly toPx: number } | undefined

  constructor(place: HTMLElement) {
    this.#place = place
    const { signal } = this.#listening
    place.addEventListener('pointerover', (event) => this.#onPointer(event), { signal })
    place.addEventListener('pointerleave', () => this.#fallBackToFocus(), { signal })
    place.addEventListener('focusin', ({ target }) => isFocusShown(target) && this.#hold(target), { signal })
    place.addEventListener('focusout', (event) => this.#onBlur(event), { signal })
    // What stands beside the place can make it narrower. Its size is not observed: that would see what is done here, too.
    this.#mutations.observe(place.parentElement ?? place, { childList: true, subtree: true })
  }

  stop(): void {
    this.#listening.abort()
    this.#mutations.disconnect()
    this.#letGo()
  }

  #onPointer({ target, pointerType }: PointerEvent): void {
    if (pointerType !== 'touch') this.#hold(target)
  }

  #onBlur({ relatedTarget }: FocusEvent): void {
    const isElsewhere = !(relatedTarget instanceof Node && this.#place.contains(relatedTarget))
    if (isElsewhere && !this.#place.matches(':hover')) this.#letGo()
  }

  #hold(target: EventTarget | null): void {
    if (!(target instanceof Element)) return
    this.#anchor = target.closest(ROW) ?? target.closest(CONTROL) ?? undefined
    if (this.#anchor === undefined) return
    // What the browser does of this kind by itself would be done twice.
    document.documentElement.style.overflowAnchor = 'none'
    this.#anchorTop = topOf(this.#anchor)
  }

  /** The pointer is elsewhere; a person at the keyboard may still be here. */
  #fallBackToFocus(): void {
    const focused = document.activeElement
    if (focused !== null && this.#place.contains(focused) && isFocusShown(focused)) this.#hold(focused)
    else this.#letGo()
  }

  #letGo(): void {
    this.#anchor = undefined
    const { fromPx, toPx } = this.#scrolled ?? { fromPx: scrollY, toPx: scrollY }
    // Somebody who scrolled since is where they want to be.
    const isBack = isSame(toPx, scrollY)
    this.#scrolled = undefined
    const root = document.documentElement
    root.style.overflowAnchor = ''
    root.style.removeProperty(HEIGHT)
    this.#makeRoomAbove(0)
    if (isBack) scrollTo({ top: fromPx, behavior: 'instant' })
  }

  #settle(): void {
    const anchor = this.#anchor
    if (anchor === undefined) return
    if (!anchor.isConnected) {
      this.#anchor = undefined
      return
    }
    let movedPx = topOf(anchor) - this.#anchorTop
    // What is left of a pixel stays in the sum.
    if (isSame(movedPx, 0)) return
    const seenTop = this.#anchorTop - scrollY
    const givenBackPx = Math.min(this.#roomAbovePx, Math.max(0, movedPx))
    movedPx -= givenBackPx
    const missingPx = Math.max(0, -(scrollY + movedPx))
    this.#makeRoomAbove(this.#roomAbovePx - givenBackPx + missingPx)
    this.#scrollBy(movedPx + missingPx)
    this.#anchorTop = seenTop + scrollY
  }

  #scrollBy(px: number): void {
    if (px === 0) return
    const { fromPx, toPx } = this.#scrolled ?? { fromPx: scrollY, toPx: scrollY }
    const before = scrollY
    const top = before + px
    document.documentElement.style.setProperty(HEIGHT, `${top + innerHeight}px`)
    scrollTo({ top, behavior: 'instant' })
    this.#scrolled = { fromPx: isSame(toPx, before) ? fromPx : before, toPx: scrollY }
  }

  #makeRoomAbove(px: number): void {
    this.#roomAbovePx = px
    this.#place.style.marginTop = px === 0 ? '' : `${px}px`
  }
}

function topOf(element: Element): number {
  return element.getBoundingClientRect().top + scrollY
}

/** Pages scroll by whole pixels of the screen. */
function isSame(aPx: number, bPx: number): boolean {
  return Math.abs(aPx - bPx) < 1
}

/** Focus that came with a click says nothing of the keyboard. */
function isFocusShown(target: EventTarget | null): boolean {
  return target instanceof Element && target.matches(':focus-visible')
}
