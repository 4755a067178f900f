/** A link to copy, to hand to another app, to scan. */
import { useSignal } from '@preact/signals'
import { useApp } from '../app-context.ts'
import { CopyButton } from './copyable.tsx'
import { Icon } from './icon.tsx'
import { Modal } from './modal.tsx'
import { QrCode } from './qr-code.tsx'

interface ShareLinkProps {
  readonly link: string
  /** What the link leads to, for the system’s share sheet. */
  readonly title: string
}

export function ShareLink({ link, title }: ShareLinkProps) {
  const { page } = useApp()
  const isLarge = useSignal(false)
  const { shareLink } = page
  // The share sheet rejects when it is closed, which is no failure, and says by itself what went wrong.
  const share = () => void shareLink?.(title, link).catch(() => undefined)
  return (
    <div class="share-body">
      <button type="button" class="qr-button" onClick={() => (isLarge.value = true)}>
        <QrCode text={link} label="QR code of the link, show it larger" />
      </button>
      <div class="share-words">
        <input class="field mono" type="text" readOnly value={link} aria-label="Link" onFocus={selectAll} />
        <div class="button-row">
          <CopyButton text={link} label="Link" words="Copy link" />
          {shareLink === undefined ? null : (
            <button type="button" class="button" onClick={share}>
              <Icon name="share" />
              Send
            </button>
          )}
        </div>
      </div>
      {isLarge.value ? <LargeQrCode link={link} onClose={() => (isLarge.value = false)} /> : null}
    </div>
  )
}

function LargeQrCode({ link, onClose }: { link: string; onClose: () => void }) {
  return (
    <Modal labelledBy="qr-title" onClose={onClose}>
      <h2 id="qr-title">Scan to open the link</h2>
      <QrCode text={link} label="QR code of the link" />
      <div class="button-row button-row-end">
        <button type="button" class="button" onClick={onClose}>
          Close
        </button>
      </div>
    </Modal>
  )
}

function selectAll(event: FocusEvent): void {
  if (event.currentTarget instanceof HTMLInputElement) event.currentTarget.select()
}
