/**
 * An element that shows a widget of Quire in a sandboxed iframe:
 *
 *   attributes ─▶ the iframe’s address, `show`, `appearance`      widget ─▶ HostEnd ─▶ events, the element’s height
 */
import type { Appearance, HostMessage, WidgetMessage, WidgetView } from '../../widget/protocol.ts'
import { parseAppearance } from '../../widget/parse-parts.ts'
import { makeNonce, writeAddress } from '../../widget/view.ts'
import { elementEvent } from './events.ts'
import { HostEnd } from './host-end.ts'
import { onWidgetSite, widgetSite } from './widget-site.ts'

/**
 * Scripts and the widget’s own origin, as it has a node; fields that Enter ends (its policy lets none be sent anywhere);
 * downloads, and links to other pages in tabs of their own. What is left out: taking this page elsewhere, dialogs of the
 * browser, pointer lock.
 */
const SANDBOX =
  'allow-scripts allow-same-origin allow-forms allow-downloads allow-popups allow-popups-to-escape-sandbox'
const ALLOW = 'fullscreen; clipboard-write; autoplay'
/** A widget that said nothing for so long is not there. */
const SILENCE_MS = 20_000

const MAX_HEIGHT_PX = 20_000

/** Where pages are made ahead, on a server, this can be loaded and does nothing. */
const Base = globalThis.HTMLElement ?? Object

export abstract class WidgetElement extends Base {
  static readonly commonAttributes = ['site', 'theme', 'locale', 'label', 'height']
  readonly #root: ShadowRoot
  #iframe: HTMLIFrameElement | undefined
  #host: HostEnd | undefined
  #silence: ReturnType<typeof setTimeout> | undefined
  /** While it is in a page. */
  #forgetSite: (() => void) | undefined
  /** As the widget told it. */
  #shownHeightPx = 0

  constructor() {
    super()
    this.#root = this.attachShadow({ mode: 'open' })
    // Not as an element: this page’s policy may allow no styles of that kind.
    const styles = new CSSStyleSheet()
    styles.replaceSync(':host{display:block}:host([hidden]){display:none}iframe{display:block;width:100%;border:0}')
    this.#root.adoptedStyleSheets = [styles]
  }

  connectedCallback(): void {
    this.#forgetSite = onWidgetSite(() => {
      if (!this.hasAttribute('site')) this.#open()
    })
    this.#open()
  }

  disconnectedCallback(): void {
    this.#forgetSite?.()
    this.#forgetSite = undefined
    this.#close()
  }

  attributeChangedCallback(name: string, before: string | null, now: string | null): void {
    // An element that comes to be in a page hears of its attributes before it hears of the page.
    if (before === now || this.#forgetSite === undefined) return
    const [view, iframe] = [this.view(), this.#iframe]
    // What writes dates and numbers is made for one locale.
    const isAnew = name === 'site' || name === 'locale'
    if (isAnew || view === undefined || iframe === undefined) this.#open()
    else if (name === 'label') iframe.title = this.#label
    else if (name === 'height') this.#fitHeight()
    else if (name === 'theme') this.send({ type: 'appearance', ...this.#appearance })
    else this.send({ type: 'show', view })
  }

  /** What its attributes name; undefined where they name nothing. */
  protected abstract view(): WidgetView | undefined

  /** The attribute that names it, as it is written; empty where nothing is to be shown yet. */
  protected abstract readonly named: string

  /** What a screen reader calls the frame, unless the attribute `label` says otherwise. */
  protected abstract readonly ownLabel: string

  /** CSS pixels until the widget says otherwise, or the attribute `height`. */
  protected abstract readonly firstHeightPx: number

  protected send(message: HostMessage): void {
    this.#host?.send(message)
  }

  /** The text of an attribute; empty where there is none. */
  protected textOf(attribute: string): string {
    return (this.getAttribute(attribute) ?? '').trim()
  }

  get #label(): string {
    return this.getAttribute('label') ?? this.ownLabel
  }

  get #appearance(): Appearance {
    return parseAppearance({ theme: this.getAttribute('theme'), locale: this.getAttribute('locale') })
  }

  #open(): void {
    this.#close()
    if (this.named === '') return
    const site = widgetSite(this.getAttribute('site'))
    if (site === undefined) {
      return this.#fail(
        'ERR_ARGUMENT_INVALID',
        'The attribute “site” is no address of Quire over https, or on localhost.',
      )
    }
    const nonce = makeNonce()
    const address = writeAddress({ view: this.view(), nonce, ...this.#appearance })
    const iframe = document.createElement('iframe')
    iframe.setAttribute('sandbox', SANDBOX)
    iframe.allow = ALLOW
    iframe.referrerPolicy = 'no-referrer'
    iframe.loading = this.getAttribute('loading') === 'lazy' ? 'lazy' : 'eager'
    iframe.title = this.#label
    iframe.setAttribute('part', 'frame')
    iframe.src = new URL(`widget.html${address}`, site).href
    this.#iframe = iframe
    this.#shownHeightPx = this.firstHeightPx
    this.#fitHeight()
    this.#host = new HostEnd(iframe, {
      origin: site.origin,
      nonce,
      appearance: () => this.#appearance,
      onMessage: (message) => this.#receive(message),
      onUnknownVersion: () => this.#fail('ERR_WIDGET_REFUSED', 'This Quire speaks another version of the protocol.'),
    })
    iframe.addEventListener('load', () => this.#expectAnswer())
    this.#root.replaceChildren(iframe)
  }

  #close(): void {
    clearTimeout(this.#silence)
    this.#host?.close()
    this.#iframe?.remove()
    this.#host = undefined
    this.#iframe = undefined
  }

  #expectAnswer(): void {
    clearTimeout(this.#silence)
    if (this.#host?.isWelcome === true) return
    const words = 'Quire did not answer from the address of “site”.'
    this.#silence = setTimeout(() => this.#fail('ERR_WIDGET_SILENT', words), SILENCE_MS)
  }

  #receive(message: WidgetMessage): void {
    clearTimeout(this.#silence)
    switch (message.type) {
      case 'welcome':
        this.dispatchEvent(elementEvent('quire-welcome', { rights: message.rights, storage: message.storage }))
        return
      case 'refused':
        return this.#fail('ERR_WIDGET_REFUSED', `Quire refused the handshake: ${message.reason}.`)
      case 'rights':
        this.dispatchEvent(elementEvent('quire-rights', { rights: message.rights }))
        return
      case 'height':
        this.#shownHeightPx = message.heightPx
        return this.#fitHeight()
      case 'state':
        this.dispatchEvent(elementEvent('quire-state', { state: message.state.state }))
        if (message.state.state === 'failed') this.dispatchEvent(elementEvent('quire-error', message.state.error))
        return
      case 'progress':
        this.dispatchEvent(
          elementEvent('quire-progress', { doneBytes: message.doneBytes, totalBytes: message.totalBytes }),
        )
        return
      case 'uploaded':
        this.dispatchEvent(elementEvent('quire-uploaded', message.file))
        return
      case 'moved':
        this.dispatchEvent(elementEvent('quire-moved', { view: message.view }))
        return
    }
  }

  /** As tall as what is shown; the attribute `height`, which whoever wrote the page chose, stays. */
  #fitHeight(): void {
    const chosenPx = Number(this.getAttribute('height') ?? Number.NaN)
    const heightPx = chosenPx >= 1 && chosenPx <= MAX_HEIGHT_PX ? chosenPx : this.#shownHeightPx
    if (this.#iframe !== undefined) this.#iframe.style.height = `${heightPx}px`
  }

  #fail(code: string, message: string): void {
    const advice = 'Look whether “site” names a Quire of this version, and whether that site allows this page.'
    this.dispatchEvent(elementEvent('quire-error', { code, message, advice }))
  }
}
