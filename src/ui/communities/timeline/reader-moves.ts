/**
 * Where a person is scrolling to, by whatever means; the list’s own scrolling is none of it.
 *
 *   wheel, key, touch, scrollbar ─▶ onMove            each of them, or a scroll ─▶ towards, until it is spent
 */
import type { Placement } from './placement.ts'

export type Direction = 'older' | 'newer'

const KEYS: Readonly<Record<string, Direction | undefined>> = {
  ArrowUp: 'older',
  PageUp: 'older',
  Home: 'older',
  ArrowDown: 'newer',
  PageDown: 'newer',
  End: 'newer',
  ' ': 'newer',
}

export class ReaderMoves {
  readonly #onMove: () => void
  readonly #listening = new AbortController()
  #towards: Direction | undefined
  #touchYPx: number | undefined

  constructor(scroller: HTMLElement, onMove: () => void) {
    this.#onMove = onMove
    const options = { passive: true, signal: this.#listening.signal }
    scroller.addEventListener('wheel', ({ deltaY, ctrlKey }) => ctrlKey || this.#move(deltaY), options)
    scroller.addEventListener('keydown', (event) => this.#onKey(event), options)
    scroller.addEventListener('touchstart', ({ touches }) => (this.#touchYPx = touches[0]?.clientY), options)
    scroller.addEventListener('touchmove', ({ touches }) => this.#onTouch(touches[0]?.clientY), options)
    scroller.addEventListener('pointerdown', (event) => this.#onPointer(event, scroller), options)
  }

  /** Towards what is older or newer one has scrolled since the last gap was fetched for it. */
  get towards(): Direction | undefined {
    return this.#towards
  }

  /** Somebody scrolled by so much, or the list did: then it is 0. */
  noteScroll(byPx: number): void {
    if (Math.abs(byPx) >= 1) this.#towards = byPx < 0 ? 'older' : 'newer'
  }

  /** At the newest, one reads upwards; who has jumped does not move yet. */
  notePlacement(placement: Placement): void {
    if (placement.kind === 'end') this.#towards = 'older'
    else if (placement.kind === 'row') this.#towards = undefined
  }

  /** One week for one movement. */
  spend(): void {
    this.#towards = undefined
  }

  stop(): void {
    this.#listening.abort()
  }

  #onKey({ key, shiftKey, altKey, ctrlKey, metaKey, target }: KeyboardEvent): void {
    const direction = KEYS[key]
    if (direction === undefined || altKey || ctrlKey || metaKey) return
    // There the space bar presses.
    if (key === ' ' && target instanceof Element && target.closest('button, a') !== null) return
    this.#move(direction === 'older' || shiftKey ? -1 : 1)
  }

  #onTouch(yPx: number | undefined): void {
    if (yPx === undefined || this.#touchYPx === undefined) return
    this.#move(this.#touchYPx - yPx)
    this.#touchYPx = yPx
  }

  /** The list itself is pressed where its scrollbar is. */
  #onPointer({ target, button }: PointerEvent, scroller: HTMLElement): void {
    if (target === scroller || button === 1) this.#onMove()
  }

  #move(byPx: number): void {
    if (byPx === 0) return
    this.#towards = byPx < 0 ? 'older' : 'newer'
    this.#onMove()
  }
}
