/**
 * The widget’s side of the handshake (`protocol.ts`). A hello counts when
 *
 *   the browser says that it comes from the window right around this one      it repeats this widget’s challenge
 *   it has the nonce of this widget’s address, which whoever made the iframe wrote      both speak one version
 *
 * The first that counts is taken; every other is answered on its own port with the reason, and changes nothing.
 */
import { QuireError } from '../errors.ts'
import { HostLink } from './host-link.ts'
import { isHello, parseHello } from './parse-messages.ts'
import { commonVersion, PROTOCOL_VERSIONS } from './protocol.ts'
import type { Appearance, ProtocolVersion, ReadyMessage, Refusal, WidgetMessage } from './protocol.ts'
import { makeNonce } from './view.ts'

const READY_EVERY_MS = 250
const TIMEOUT_MS = 10_000
/** A page that goes on forging gets no more answers. */
const MAX_REFUSALS = 16

/** What is needed of the widget’s `window`. */
export type WidgetWindow = Pick<Window, 'addEventListener' | 'removeEventListener'> & {
  readonly parent: Pick<Window, 'postMessage'>
}

export interface MetHost {
  readonly link: HostLink
  readonly version: ProtocolVersion
  readonly appearance: Appearance
}

export interface MeetHostInit {
  /** The one of this widget’s address. */
  readonly nonce: string
  readonly challenge?: string | undefined
  readonly timeoutMs?: number | undefined
}

/** Errors: `ERR_WIDGET_NO_HOST` (nobody said a hello that counts, in time; the message says what was wrong with others). */
export function meetHost(window: WidgetWindow, init: MeetHostInit): Promise<MetHost> {
  const { nonce, challenge = makeNonce(), timeoutMs = TIMEOUT_MS } = init
  const listening = new AbortController()
  let refused: Refusal | undefined
  let refusals = 0
  return new Promise<MetHost>((resolve, reject) => {
    const refuse = (port: MessagePort | undefined, reason: Refusal): void => {
      refused = reason
      if (++refusals <= MAX_REFUSALS) port?.postMessage({ type: 'refused', reason } satisfies WidgetMessage)
      port?.close()
    }
    const judge = ({ data, origin, source, ports }: MessageEvent<unknown>): void => {
      if (!isHello(data)) return
      const [port] = ports
      if (source !== window.parent) return refuse(port, 'origin')
      const hello = parseHello(data)
      if (hello === undefined || port === undefined || ports.length !== 1) return refuse(port, 'malformed')
      if (hello.nonce !== nonce || hello.challenge !== challenge) return refuse(port, 'nonce')
      const version = commonVersion(hello.versions)
      if (version === undefined) return refuse(port, 'version')
      const { theme, locale } = hello
      resolve({ link: new HostLink(port, { origin }), version, appearance: { theme, locale } })
    }
    window.addEventListener('message', judge, { signal: listening.signal })
    // Says nothing that whoever is around this window does not know.
    const ready: ReadyMessage = { type: 'quire-widget-ready', versions: PROTOCOL_VERSIONS, challenge }
    const tell = (): void => window.parent.postMessage(ready, '*')
    const again = setInterval(tell, READY_EVERY_MS)
    const end = setTimeout(() => reject(noHost(refused)), timeoutMs)
    listening.signal.addEventListener('abort', () => {
      clearInterval(again)
      clearTimeout(end)
    })
    tell()
  }).finally(() => listening.abort())
}

function noHost(refused: Refusal | undefined): QuireError {
  const message = refused === undefined ? 'The page around this frame did not say who it is.' : REFUSAL_WORDS[refused]
  return new QuireError('ERR_WIDGET_NO_HOST', message, { details: refused === undefined ? {} : { refused } })
}

const REFUSAL_WORDS: Readonly<Record<Refusal, string>> = {
  malformed: 'The page around this frame said something that is no greeting.',
  nonce: 'Somebody else than the page that made this frame tried to speak to it.',
  version: 'The page around this frame speaks another version than this widget.',
  origin: 'A window that is not the page around this frame tried to speak to it.',
}
