/** The bytes of attachments, a few at a time. */
import { fileNameFor } from '../../format/names.ts'
import type { AttachmentView, MessageView } from '../../../rpc/history-api.ts'
import type { TimelineScope } from './timeline-scope.ts'

/** What a browser draws without running anything. */
const PICTURE_TYPES = ['image/png', 'image/jpeg', 'image/webp', 'image/gif', 'image/avif', 'image/bmp']
/** What playlists begin with (RFC 8216, 4.3.1.1). */
const PLAYLIST = '#EXTM3U'
/** More would hold up what the reader is waiting for. */
const MAX_AT_ONCE = 4

export interface AttachmentProps {
  readonly message: MessageView
  readonly attachment: AttachmentView
}

interface AttachmentRead extends AttachmentProps {
  readonly signal: AbortSignal
}

let running = 0
const waiting: (() => void)[] = []

/** A picture that is here; rejects where it is none, and with the signal’s reason. */
export async function readPicture(
  scope: TimelineScope,
  { message, attachment, signal }: AttachmentRead,
): Promise<Blob> {
  if (running >= MAX_AT_ONCE) await new Promise<void>((resolve) => waiting.push(resolve))
  running++
  try {
    // A row that was scrolled past needs it no more.
    signal.throwIfAborted()
    const blob = await scope.host.api.attachment(scope.community.peek().id, message.id, attachment.index)
    if (!PICTURE_TYPES.includes(blob.type)) throw new TypeError(`The page draws no ${blob.type}.`)
    return blob
  } finally {
    running--
    waiting.shift()?.()
  }
}

/** A sound that is here, as the kind that its message names; rejects where it is none, and with the signal’s reason. */
export async function readSound(scope: TimelineScope, { message, attachment, signal }: AttachmentRead): Promise<Blob> {
  const blob = await scope.host.api.attachment(scope.community.peek().id, message.id, attachment.index)
  const beginning = await blob.slice(0, PLAYLIST.length).text()
  signal.throwIfAborted()
  // Browsers take it for one whatever it is called, and would ask the addresses in it.
  if (beginning === PLAYLIST) throw new TypeError('The page plays no list of addresses.')
  // A kind that the browser was not asked about would be played by its bytes.
  return new Blob([blob], { type: attachment.mediaType })
}

/** Hands a file or picture to the person. */
export async function saveAttachment(
  scope: TimelineScope,
  message: MessageView,
  attachment: AttachmentView,
): Promise<void> {
  const name = fileNameFor(attachment.name, 'attachment')
  await scope.actions.run(`Not saved: ${name}`, async (api) => {
    const blob = await api.attachment(scope.community.peek().id, message.id, attachment.index)
    scope.host.download(new File([blob], name, { type: blob.type }), name)
  })
}
