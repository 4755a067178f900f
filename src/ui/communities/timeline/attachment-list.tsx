/** Pictures and files of a message. Those that are here are read when they come near; from elsewhere nothing is loaded unasked. */
import { formatBytes } from '../../format/bytes.ts'
import { displayName } from '../../format/names.ts'
import type { AttachmentView, MessageView } from '../../../rpc/history-api.ts'
import { AttachedAudio, isPlayable } from './attached-audio.tsx'
import { saveAttachment } from './attachment-files.ts'
import type { AttachmentProps } from './attachment-files.ts'
import { LocalPicture, RemotePicture } from './picture.tsx'
import { useScope } from './timeline-scope.ts'
import { ToolIcon } from './tool-icon.tsx'
import { useLeaving } from './web-link.tsx'

export function AttachmentList({ message }: { message: MessageView }) {
  return (
    <ul class="attachments">
      {message.attachments.map((attachment) => (
        <li key={attachment.index}>
          <Attachment message={message} attachment={attachment} />
        </li>
      ))}
    </ul>
  )
}

function Attachment({ message, attachment }: AttachmentProps) {
  const { kind, isHere, remoteUrl } = attachment
  const url = isHere || remoteUrl === undefined ? undefined : webAddress(remoteUrl)
  if (kind === 'image' && isHere) return <LocalPicture message={message} attachment={attachment} />
  // The page loads pictures over encrypted connections only; others can be opened at their host.
  if (kind === 'image' && url?.protocol === 'https:') return <RemotePicture attachment={attachment} url={url} />
  if (isHere && isPlayable(attachment)) return <AttachedAudio message={message} attachment={attachment} />
  if (isHere) return <LocalFile message={message} attachment={attachment} />
  return <RemoteFile attachment={attachment} url={url} />
}

/** Undefined for anything but an address of the web. */
function webAddress(text: string): URL | undefined {
  const url = URL.parse(text)
  return url !== null && (url.protocol === 'https:' || url.protocol === 'http:') ? url : undefined
}

function LocalFile({ message, attachment }: AttachmentProps) {
  const scope = useScope()
  const { name, sizeBytes } = attachment
  return (
    <button type="button" class="attached-file" onClick={() => void saveAttachment(scope, message, attachment)}>
      <ToolIcon name="file" />
      <bdi class="attached-name">{displayName(name)}</bdi>
      <span class="quiet numbers">{sizeBytes === undefined ? 'Save' : `Save, ${formatBytes(sizeBytes)}`}</span>
    </button>
  )
}

function RemoteFile({ attachment, url }: { attachment: AttachmentView; url: URL | undefined }) {
  const { name } = attachment
  if (url === undefined) {
    return (
      <p class="attached-file attached-gone">
        <ToolIcon name="file" />
        <bdi class="attached-name">{displayName(name)}</bdi>
        <span class="quiet">not part of the history</span>
      </p>
    )
  }
  return <RemoteFileLink name={name} url={url} />
}

function RemoteFileLink({ name, url }: { name: string; url: URL }) {
  const ask = useLeaving(url.href)
  return (
    <a
      class="attached-file"
      href={url.href}
      target="_blank"
      rel="noopener noreferrer nofollow ugc"
      onClick={ask}
      onAuxClick={ask}
    >
      <ToolIcon name="file" />
      <bdi class="attached-name">{displayName(name)}</bdi>
      <span class="quiet">at {url.host}</span>
    </a>
  )
}
