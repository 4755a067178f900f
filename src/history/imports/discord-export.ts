/**
 * DiscordChatExporter’s JSON: one file a channel, alone, in a folder or in a ZIP; with `--media`, files beside it.
 *
 * Source: the JSON writer of Tyrrrz/DiscordChatExporter 2.43.
 */
import {
  type ExportReader,
  type ReadContext,
  type ReadItem,
  jsonParts,
  partProblem,
  problem,
  readingFile,
  remaining,
  withBytes,
} from './export-reader.ts'
import type { ImportFile } from './import-file.ts'
import type { ImportedAttachment, ImportedChannel, ImportedMessage, ImportedReaction } from './imported-message.ts'
import { type JsonObject, asObject, numberAt, objectAt, objectsAt, textAt, timeAt, webAddress } from './json-fields.ts'
import { mediaTypeOf } from './media-type.ts'

export const readDiscord: ExportReader = async function* readDiscord(files, context) {
  const byPath = new Map(files.map((file) => [file.path, file]))
  const exports = files.filter(({ path }) => path.toLowerCase().endsWith('.json'))
  for (const file of remaining(exports, context)) yield* readingFile(file, readChannel(file, byPath, context))
}

async function* readChannel(
  file: ImportFile,
  byPath: ReadonlyMap<string, ImportFile>,
  context: ReadContext,
): AsyncGenerator<readonly ReadItem[]> {
  let channel: ImportedChannel | undefined
  for await (const parts of jsonParts(file, ['messages.*'], context)) {
    const items: ReadItem[] = []
    for (const part of parts) {
      if (part.kind !== 'value') items.push(partProblem(file, part))
      else if (part.path[0] === 'channel') {
        channel = channelOf(asObject(part.value))
        items.push(channel === undefined ? problem(file.path, 'Its channel has no id.') : { kind: 'channel', channel })
      } else if (part.path[0] === 'messages' && part.path.length === 2) {
        items.push(await messageItem(part.value, { file, channel, byPath, place: part.path[1] ?? 0, ...context }))
      }
    }
    yield items
  }
  if (channel === undefined) yield [problem(file.path, 'It is not a channel of DiscordChatExporter.')]
}

function channelOf(channel: JsonObject | undefined): ImportedChannel | undefined {
  const sourceId = textAt(channel, 'id')
  if (sourceId === undefined) return undefined
  const name = textAt(channel, 'name') ?? sourceId
  const category = textAt(channel, 'category')
  // A thread’s “category” is the channel that it hangs on.
  const isThread = textAt(channel, 'type')?.includes('Thread') === true
  return {
    sourceId,
    name: isThread && category !== undefined ? `${category} › ${name}` : name,
    topic: textAt(channel, 'topic'),
    category: isThread ? undefined : category,
  }
}

interface MessagePlace extends ReadContext {
  readonly file: ImportFile
  readonly channel: ImportedChannel | undefined
  readonly byPath: ReadonlyMap<string, ImportFile>
  readonly place: string | number
}

async function messageItem(value: unknown, at: MessagePlace): Promise<ReadItem> {
  const message = asObject(value)
  const sourceId = textAt(message, 'id')
  const where = sourceId === undefined ? `${at.file.path}, message ${at.place}` : `${at.file.path}, message ${sourceId}`
  const atMs = timeAt(message, 'timestamp')
  if (at.channel === undefined) return problem(where, 'It stands before its channel is named.')
  if (sourceId === undefined || atMs === undefined) return problem(where, 'It has no id or no time.')
  const author = objectAt(message, 'author')
  const attachments = await attachmentsOf(message, at)
  const text = contentOf(message)
  if (text === '' && attachments.length === 0) return problem(where, 'It has no text and no files.')
  const imported: ImportedMessage = {
    sourceId,
    channelId: at.channel.sourceId,
    author: {
      sourceId: textAt(author, 'id') ?? '0',
      name: textAt(author, 'nickname') ?? textAt(author, 'name') ?? 'Somebody',
      avatarUrl: webAddress(textAt(author, 'avatarUrl')),
    },
    atMs,
    editedAtMs: timeAt(message, 'timestampEdited'),
    text,
    replyTo: replyOf(message, at.channel),
    isPinned: message?.['isPinned'] === true,
    attachments,
    reactions: objectsAt(message, 'reactions').map(reactionOf),
  }
  return { kind: 'message', message: imported }
}

function contentOf(message: JsonObject | undefined): string {
  const own = textAt(message, 'content') ?? textAt(objectAt(message, 'forwardedMessage'), 'content')
  const stickers = objectsAt(message, 'stickers').map((sticker) => `[sticker: ${textAt(sticker, 'name') ?? ''}]`)
  if (own !== undefined || stickers.length > 0) return [own ?? '', ...stickers].join('\n').trim()
  // What bots write is often in embeds alone.
  return objectsAt(message, 'embeds')
    .map((embed) => ['title', 'url', 'description'].flatMap((name) => textAt(embed, name) ?? []).join('\n'))
    .join('\n\n')
    .trim()
}

function replyOf(message: JsonObject | undefined, channel: ImportedChannel): string | undefined {
  const reference = objectAt(message, 'reference')
  const otherChannel = textAt(reference, 'channelId')
  if (textAt(message, 'type') !== 'Reply' && textAt(reference, 'type') === 'Forward') return undefined
  return otherChannel === undefined || otherChannel === channel.sourceId ? textAt(reference, 'messageId') : undefined
}

function reactionOf(reaction: JsonObject): ImportedReaction {
  const emoji = objectAt(reaction, 'emoji')
  return { emoji: textAt(emoji, 'name') ?? '?', count: Math.max(1, numberAt(reaction, 'count') ?? 1) }
}

async function attachmentsOf(message: JsonObject | undefined, at: MessagePlace): Promise<ImportedAttachment[]> {
  const folder = at.file.path.slice(0, at.file.path.lastIndexOf('/') + 1)
  const attachments: ImportedAttachment[] = []
  for (const attachment of objectsAt(message, 'attachments')) {
    const address = textAt(attachment, 'url')
    const name = textAt(attachment, 'fileName') ?? address?.split('/').at(-1) ?? 'file'
    const imported = {
      name,
      mediaType: mediaTypeOf(name),
      sizeBytes: numberAt(attachment, 'fileSizeBytes'),
      url: webAddress(address),
    }
    const local = address === undefined ? undefined : at.byPath.get(folder + unescaped(address))
    attachments.push(await withBytes(imported, local, at.signal))
  }
  return attachments
}

/** Paths of media are written as addresses: “My%20server_Files/photo.png”. */
function unescaped(path: string): string {
  try {
    return decodeURIComponent(path).replaceAll('\\', '/')
  } catch {
    return path
  }
}
