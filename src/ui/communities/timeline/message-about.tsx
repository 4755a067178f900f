/** Who signed a message, how it came, and its ids. */
import { Modal } from '../../components/modal.tsx'
import { displayName } from '../../format/names.ts'
import { formatMoment } from '../../format/time.ts'
import type { ArchiveView, MessageView } from '../../../rpc/history-api.ts'
import { CopyField } from './copy-field.tsx'
import { useScope } from './timeline-scope.ts'
import { formatSpan } from './timeline-time.ts'

export function MessageAbout() {
  const { about, archives, community } = useScope()
  const message = about.value
  if (message === undefined) return null
  const { atMs } = message
  const archive = archives.value.find(({ fromMs, toMs, state }) => state === 'held' && atMs >= fromMs && atMs < toMs)
  const close = () => (about.value = undefined)
  return (
    <Modal labelledBy="about-title" onClose={close}>
      <h2 id="about-title">About this message</h2>
      <p>{signatureWords(message)}</p>
      <dl class="about-facts">
        <div>
          <dt>Sent</dt>
          <dd>{formatMoment(atMs)}</dd>
        </div>
        <div>
          <dt>Kept</dt>
          <dd>{deliveryWords(message, archive)}</dd>
        </div>
        <div>
          <dt>Signed by</dt>
          <dd>
            <CopyField text={message.signature === 'author' ? message.author.key : community.value.id} label="key" />
          </dd>
        </div>
        <div>
          <dt>Message id</dt>
          <dd>
            <CopyField text={message.id} label="message id" />
          </dd>
        </div>
      </dl>
      <div class="button-row button-row-end">
        <button type="button" class="button" onClick={close}>
          Close
        </button>
      </div>
    </Modal>
  )
}

function signatureWords({ signature, author }: MessageView): string {
  const name = displayName(author.name)
  return signature === 'author'
    ? `The signature was checked on this device: whoever holds the key below wrote this as “${name}”.`
    : `The signature was checked on this device: the community’s owner brought this in from elsewhere and vouches that “${name}” wrote it.`
}

function deliveryWords({ delivery }: MessageView, archive: ArchiveView | undefined): string {
  if (delivery === 'sending') return 'On this device only, until somebody is there to take it'
  if (delivery === 'live') return 'Live: passed between members, in no archive yet'
  if (archive === undefined) return 'In an archive that the owner published'
  return `In the archive of ${formatSpan(archive.fromMs, archive.toMs)}, checked block by block`
}
