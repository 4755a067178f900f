import type { QuireEventMap } from './views.ts'

/** An event of a `Quire`; `detail` says what it tells. */
export class QuireEvent<K extends keyof QuireEventMap> extends Event {
  declare readonly type: K
  readonly detail: QuireEventMap[K]

  constructor(type: K, detail: QuireEventMap[K]) {
    super(type)
    this.detail = detail
  }
}

export type QuireListener<K extends keyof QuireEventMap> = (event: QuireEvent<K>) => void

/** As the platform’s types name them, be they a browser’s or Node’s. */
type AnyListener = Parameters<EventTarget['addEventListener']>[1]
type ListenOptions = Parameters<EventTarget['addEventListener']>[2]
type UnlistenOptions = Parameters<EventTarget['removeEventListener']>[2]
/** What the overloads have in common. */
type SomeListener = AnyListener | ((event: never) => void)

/** `EventTarget` whose events are those of `QuireEventMap`. */
export class QuireEvents extends EventTarget {
  override addEventListener<K extends keyof QuireEventMap>(
    type: K,
    listener: QuireListener<K> | null,
    options?: ListenOptions,
  ): void
  override addEventListener(type: string, listener: AnyListener, options?: ListenOptions): void
  override addEventListener(type: string, listener: SomeListener, options?: ListenOptions): void {
    super.addEventListener(type, listener as AnyListener, options)
    this.listened(type)
  }

  override removeEventListener<K extends keyof QuireEventMap>(
    type: K,
    listener: QuireListener<K> | null,
    options?: UnlistenOptions,
  ): void
  override removeEventListener(type: string, listener: AnyListener, options?: UnlistenOptions): void
  override removeEventListener(type: string, listener: SomeListener, options?: UnlistenOptions): void {
    super.removeEventListener(type, listener as AnyListener, options)
  }

  /** Somebody listens to events of a kind from now on. */
  protected listened(_type: string): void {
    // For those who tell only when somebody listens.
  }

  protected emit<K extends keyof QuireEventMap>(type: K, detail: QuireEventMap[K]): void {
    this.dispatchEvent(new QuireEvent(type, detail))
  }
}
