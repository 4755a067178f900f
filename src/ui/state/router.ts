/** The route as a signal, in step with the address bar and the back button. */
import { signal } from '@preact/signals'
import type { ReadonlySignal } from '@preact/signals'
import { hashOf, linkIn, routeOf } from './route.ts'
import type { CommunityRoute, Place, Route } from './route.ts'

/** The part of `window` that the router needs. */
export type RouterWindow = Pick<Window, 'location' | 'history' | 'addEventListener' | 'removeEventListener'>

/** Marks the history entries that the page made itself: going back to one is no order to fetch. */
const OWN_ENTRY = { quire: 'chosen' }

export class Router {
  readonly #window: RouterWindow
  readonly #route
  readonly #openedLink = signal<string | undefined>(undefined)

  constructor(window: RouterWindow) {
    this.#window = window
    this.#route = signal<Route>(routeOf(window.location.hash))
  }

  get route(): ReadonlySignal<Route> {
    return this.#route
  }

  /** A share link that the person opened, until `takeOpenedLink`. */
  get openedLink(): ReadonlySignal<string | undefined> {
    return this.#openedLink
  }

  start(): void {
    this.#window.addEventListener('popstate', this.#onPopState)
    this.#read(this.#window.history.state)
  }

  stop(): void {
    this.#window.removeEventListener('popstate', this.#onPopState)
  }

  takeOpenedLink(): string | undefined {
    const link = this.#openedLink.peek()
    this.#openedLink.value = undefined
    return link
  }

  /** As if a person had opened the page at this fragment; nothing where it is there already. */
  open(hash: string): void {
    if (hash === this.#window.location.hash) return
    this.#window.history.pushState(null, '', hash)
    this.#read(null)
  }

  /** Has the address name where one stands, in place of what led there. */
  settle(): void {
    this.#window.history.replaceState(OWN_ENTRY, '', hashOf(this.#route.peek()))
  }

  showPlace(place: Place): void {
    this.#go({ place })
  }

  showDataset(cid: string | undefined): void {
    this.#go({ place: 'files', cid })
  }

  /** `isReplaced` puts it in the place of where one stands now: the back button leads past it. */
  showCommunity(community: CommunityRoute | undefined, { isReplaced = false } = {}): void {
    this.#go({ place: 'communities', community }, isReplaced)
  }

  #go(route: Route, isReplaced = false): void {
    const hash = hashOf(route)
    if (hash === hashOf(this.#route.peek())) return
    if (isReplaced) this.#window.history.replaceState(OWN_ENTRY, '', hash)
    else this.#window.history.pushState(OWN_ENTRY, '', hash)
    this.#route.value = route
  }

  readonly #onPopState = (event: Event): void => {
    this.#read(event instanceof PopStateEvent ? event.state : undefined)
  }

  #read(entry: unknown): void {
    const { hash } = this.#window.location
    this.#route.value = routeOf(hash)
    const isOwn = typeof entry === 'object' && entry !== null && 'quire' in entry
    if (!isOwn) this.#openedLink.value = linkIn(hash) ?? this.#openedLink.peek()
  }
}
