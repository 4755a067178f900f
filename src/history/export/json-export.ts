/** A span as JSON: the channels, what is missing, and each message on a line of its own. Times are ISO 8601 in UTC. */
import { base64Of } from './base64.ts'
import type { ExportMessage, ExportSource } from './export-message.ts'

const FORMAT = 'quire-history'
const VERSION = 1

export async function* jsonPieces(source: ExportSource): AsyncGenerator<string> {
  const { head } = source
  const about = {
    format: FORMAT,
    version: VERSION,
    community: { id: head.communityId, name: head.communityName },
    from: iso(head.fromMs),
    to: iso(head.toMs),
    channels: head.channels,
    missing: head.gaps.map(({ fromMs, toMs, why }) => ({ from: iso(fromMs), to: iso(toMs), why })),
  }
  yield `${JSON.stringify(about, undefined, 2).slice(0, -2)},\n  "messages": [`
  let separator = '\n'
  for (const { id } of head.channels) {
    for await (const message of source.messages(id)) {
      yield `${separator}    ${JSON.stringify(await plain(message, source))}`
      separator = ',\n'
    }
  }
  yield '\n  ]\n}\n'
}

async function plain(message: ExportMessage, source: ExportSource): Promise<object> {
  const { id, channelId, author, text, signature, replyTo, reactions } = message
  const attachments = await Promise.all(
    message.attachments.map(async ({ index, name, mediaType, sizeBytes, isHere, remoteUrl }) => {
      const bytes = isHere ? await source.attachment(id, index) : undefined
      const base64 = bytes === undefined ? undefined : base64Of(bytes)
      return { name, type: mediaType, sizeBytes, url: remoteUrl, base64 }
    }),
  )
  return {
    id,
    channelId,
    time: iso(message.atMs),
    author: { name: author.name, key: author.key, isImported: author.isImported },
    text,
    signedBy: signature,
    replyTo: replyTo?.messageId,
    edited: message.isEdited || undefined,
    deleted: message.isDeleted || undefined,
    pinned: message.isPinned || undefined,
    reactions: reactions.length === 0 ? undefined : reactions.map(({ emoji, count }) => ({ emoji, count })),
    attachments: attachments.length === 0 ? undefined : attachments,
  }
}

function iso(ms: number): string {
  return new Date(ms).toISOString()
}
