import { useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import type { DatasetView } from '../../rpc/api.ts'
import { useApp } from '../app-context.ts'
import { CopyButton } from '../components/copyable.tsx'
import { Icon } from '../components/icon.tsx'
import { Modal } from '../components/modal.tsx'
import { QrCode } from '../components/qr-code.tsx'
import { displayName } from '../format/names.ts'

/** The link of a dataset: to copy, to hand to another app, to scan. */
export function SharePanel({ dataset }: { dataset: DatasetView }) {
  const { page, files, snapshot } = useApp()
  const isReachable = snapshot.value.status?.reachability.state === 'reachable'
  const link = useShareLink(dataset)
  const isLarge = useSignal(false)
  if (link === undefined) return null
  const { shareLink } = page
  // The share sheet rejects when it is closed, which is no failure, and says by itself what went wrong.
  const share = () => void shareLink?.(displayName(dataset.name), link).catch(() => files.clearFetchError())
  return (
    <section class="share" aria-labelledby="share-title">
      <h3 id="share-title">Share</h3>
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
      </div>
      <p class="quiet">{sharingWords(dataset, isReachable)}</p>
      {isLarge.value ? <LargeQrCode link={link} onClose={() => (isLarge.value = false)} /> : null}
    </section>
  )
}

/** The link as it is now; it is made anew when the addresses of this device change. */
function useShareLink({ cid, name }: DatasetView): string | undefined {
  const { files, snapshot } = useApp()
  const link = useSignal<string | undefined>(undefined)
  const addresses = snapshot.value.status?.addresses.join(' ')
  useEffect(() => {
    let isCurrent = true
    void files.shareLink({ cid, name }).then((made) => {
      if (isCurrent) link.value = made
    })
    return () => {
      isCurrent = false
    }
  }, [cid, name, addresses, files, link])
  return link.value
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

function sharingWords({ isComplete }: DatasetView, isReachable: boolean): string {
  if (!isReachable) return 'Others cannot reach this browser now. The link works as soon as they can.'
  return isComplete
    ? 'The link works while this page is open here, or on any device that has fetched the file.'
    : 'Only a part is here; whoever opens the link gets the rest from others who have it.'
}

function selectAll(event: FocusEvent): void {
  if (event.currentTarget instanceof HTMLInputElement) event.currentTarget.select()
}
