import type { EventHandler } from './event-handlers.ts'
import { HandlerSlot } from './event-handlers.ts'

/** The `on…` attributes of a data channel. */
export class DataChannelEvents extends EventTarget {
  readonly #open = new HandlerSlot<Event>(this, 'open')
  readonly #message = new HandlerSlot<MessageEvent>(this, 'message')
  readonly #bufferedAmountLow = new HandlerSlot<Event>(this, 'bufferedamountlow')
  readonly #closing = new HandlerSlot<Event>(this, 'closing')
  readonly #close = new HandlerSlot<Event>(this, 'close')
  readonly #error = new HandlerSlot<Event>(this, 'error')

  get onopen(): EventHandler<Event> {
    return this.#open.handler
  }

  set onopen(handler: EventHandler<Event>) {
    this.#open.handler = handler
  }

  get onmessage(): EventHandler<MessageEvent> {
    return this.#message.handler
  }

  set onmessage(handler: EventHandler<MessageEvent>) {
    this.#message.handler = handler
  }

  get onbufferedamountlow(): EventHandler<Event> {
    return this.#bufferedAmountLow.handler
  }

  set onbufferedamountlow(handler: EventHandler<Event>) {
    this.#bufferedAmountLow.handler = handler
  }

  get onclosing(): EventHandler<Event> {
    return this.#closing.handler
  }

  set onclosing(handler: EventHandler<Event>) {
    this.#closing.handler = handler
  }

  get onclose(): EventHandler<Event> {
    return this.#close.handler
  }

  set onclose(handler: EventHandler<Event>) {
    this.#close.handler = handler
  }

  get onerror(): EventHandler<Event> {
    return this.#error.handler
  }

  set onerror(handler: EventHandler<Event>) {
    this.#error.handler = handler
  }
}
