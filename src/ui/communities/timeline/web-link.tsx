/** An address of the web within a message. It is opened only after a person has seen its real host. */
import { useSignal } from '@preact/signals'
import { Modal } from '../../components/modal.tsx'
import type { Span } from './inline-text.ts'
import { useScope } from './timeline-scope.ts'

/** Hosts that a person chose not to be asked about again, until the page is closed. */
const trustedHosts = new Set<string>()
const UNSEEN = /[\p{Cc}\p{Cf}]/gu

export function WebLink({ link: { href, host, text } }: { link: Extract<Span, { kind: 'link' }> }) {
  const ask = useLeaving(href)
  const isNamed = !/^https?:\/\//i.test(text)
  return (
    <>
      <a
        class="web-link"
        href={href}
        target="_blank"
        rel="noopener noreferrer nofollow ugc"
        referrerpolicy="no-referrer"
        onClick={ask}
        onAuxClick={ask}
      >
        <bdi>{text.replace(UNSEEN, '\ufffd')}</bdi>
      </a>
      {isNamed ? <span class="web-link-host"> ({host})</span> : null}
    </>
  )
}

/** Handles a click on a link to `href`: asks first, unless the host is trusted. */
export function useLeaving(href: string): (event: MouseEvent) => void {
  const { leavingTo } = useScope()
  return (event) => {
    if (event.button > 1 || trustedHosts.has(new URL(href).host)) return
    event.preventDefault()
    leavingTo.value = href
  }
}

/** Names the real host before the page of a stranger opens. */
export function LeavingDialog() {
  const { leavingTo } = useScope()
  const isTrusted = useSignal(false)
  const href = leavingTo.value
  if (href === undefined) return null
  const url = new URL(href)
  const close = () => {
    leavingTo.value = undefined
    isTrusted.value = false
  }
  const leave = () => {
    if (isTrusted.peek()) trustedHosts.add(url.host)
    close()
  }
  return (
    <Modal labelledBy="leaving-title" onClose={close}>
      <h2 id="leaving-title" class="leaving-title">
        Open <bdi class="mono">{url.host}</bdi>?
      </h2>
      <p>This leads out of Quire, to a page that learns your network address. {schemeWords(url)}</p>
      <p class="leaving-address mono">{href}</p>
      <label class="check-label">
        <input
          type="checkbox"
          checked={isTrusted}
          onChange={({ currentTarget }) => (isTrusted.value = currentTarget.checked)}
        />
        Do not ask again about this host until the page is closed
      </label>
      <div class="button-row button-row-end">
        <button type="button" class="button" onClick={close}>
          Stay here
        </button>
        <a class="button button-primary" href={href} target="_blank" rel="noopener noreferrer" onClick={leave}>
          Open
        </a>
      </div>
    </Modal>
  )
}

function schemeWords({ protocol, username }: URL): string {
  if (username !== '') return 'The name before the “@” in its address is not where it leads.'
  return protocol === 'http:' ? 'The connection to it is not encrypted.' : ''
}
