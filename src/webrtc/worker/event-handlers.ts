export type EventHandler<SomeEvent extends Event> = ((event: SomeEvent) => unknown) | null

/**
 * What stands behind one `on…` attribute: the handler is called in turn with the listeners, at the place it first took.
 *
 * Source: HTML, "event handlers"; a handler's return value means nothing here.
 */
export class HandlerSlot<SomeEvent extends Event> {
  readonly #target: EventTarget
  readonly #type: string
  #handler: EventHandler<SomeEvent> = null

  constructor(target: EventTarget, type: string) {
    this.#target = target
    this.#type = type
  }

  get handler(): EventHandler<SomeEvent> {
    return this.#handler
  }

  set handler(handler: EventHandler<SomeEvent>) {
    // As in browsers, assigning what is no function clears the attribute.
    const next = typeof handler === 'function' ? handler : null
    if (this.#handler === null && next !== null) {
      this.#target.addEventListener(this.#type, this)
    } else if (this.#handler !== null && next === null) {
      this.#target.removeEventListener(this.#type, this)
    }
    this.#handler = next
  }

  handleEvent(event: SomeEvent): void {
    this.#handler?.call(this.#target, event)
  }
}
