/** JSON lines, for everything else: one message a line, as docs/IMPORT-FORMATS.md describes. */
import {
  type ExportReader,
  MAX_ATTACHMENT_BYTES,
  type ReadContext,
  type ReadItem,
  problem,
  readingFile,
  remaining,
} from './export-reader.ts'
import type { ImportFile } from './import-file.ts'
import type { ImportedAttachment, ImportedChannel, ImportedMessage } from './imported-message.ts'
import { type JsonObject, asObject, numberAt, objectsAt, textAt, timeAt, webAddress } from './json-fields.ts'
import { linesOf } from './lines.ts'
import { mediaTypeOf } from './media-type.ts'

/** An attachment in base64 and its message. */
const MAX_LINE_BYTES = 8 * 1024 * 1024

export const readJsonLines: ExportReader = async function* readJsonLines(files, context) {
  const exports = files.filter(({ path }) => /\.(?:jsonl|ndjson|json|txt)$/iu.test(path))
  for (const file of remaining(exports, context)) yield* readingFile(file, readLines(file, context))
}

async function* readLines(file: ImportFile, context: ReadContext): AsyncGenerator<readonly ReadItem[]> {
  const channels = new Set<string>()
  let lineNumber = 0
  for await (const lines of linesOf(file.read(context), { maxLineBytes: MAX_LINE_BYTES })) {
    const items: ReadItem[] = []
    for (const { bytes, sizeBytes } of lines) {
      lineNumber++
      const where = `${file.path}, line ${lineNumber}`
      if (bytes === undefined) items.push(problem(where, `It has ${sizeBytes} bytes; at most 8 MiB are read.`))
      else if (sizeBytes > 0) items.push(...lineItems(parsed(bytes), where, { channels, lineNumber }))
    }
    yield items
  }
}

function parsed(bytes: Uint8Array): JsonObject | undefined {
  try {
    return asObject(JSON.parse(new TextDecoder().decode(bytes)))
  } catch {
    return undefined
  }
}

function lineItems(
  line: JsonObject | undefined,
  where: string,
  seen: { readonly channels: Set<string>; readonly lineNumber: number },
): ReadItem[] {
  if (line === undefined) return [problem(where, 'It is not a JSON object.')]
  const atMs = timeAt(line, 'time')
  const attachments = objectsAt(line, 'attachments').map(attachmentOf)
  const text = textAt(line, 'text') ?? ''
  if (atMs === undefined) return [problem(where, 'It has no “time” that can be read.')]
  if (text === '' && attachments.length === 0) return [problem(where, 'It has neither “text” nor “attachments”.')]
  const channel = channelOf(line)
  const author = textAt(line, 'author') ?? 'Somebody'
  const message: ImportedMessage = {
    sourceId: textAt(line, 'id') ?? `line-${seen.lineNumber}`,
    channelId: channel.sourceId,
    author: {
      sourceId: textAt(line, 'authorId') ?? author,
      name: author,
      avatarUrl: webAddress(textAt(line, 'authorAvatar')),
    },
    atMs,
    editedAtMs: timeAt(line, 'edited'),
    text,
    replyTo: textAt(line, 'replyTo'),
    isPinned: line['pinned'] === true,
    attachments,
    reactions: objectsAt(line, 'reactions').map((reaction) => ({
      emoji: textAt(reaction, 'emoji') ?? '?',
      count: Math.max(1, numberAt(reaction, 'count') ?? 1),
    })),
  }
  if (seen.channels.has(channel.sourceId)) return [{ kind: 'message', message }]
  seen.channels.add(channel.sourceId)
  return [
    { kind: 'channel', channel },
    { kind: 'message', message },
  ]
}

function channelOf(line: JsonObject): ImportedChannel {
  const name = textAt(line, 'channel') ?? 'general'
  return {
    sourceId: textAt(line, 'channelId') ?? name,
    name,
    topic: textAt(line, 'channelTopic'),
    category: textAt(line, 'category'),
  }
}

function attachmentOf(attachment: JsonObject): ImportedAttachment {
  const name = textAt(attachment, 'name') ?? 'file'
  const bytes = base64Bytes(textAt(attachment, 'base64'))
  return {
    name,
    mediaType: textAt(attachment, 'type') ?? mediaTypeOf(name),
    sizeBytes: bytes?.byteLength ?? numberAt(attachment, 'sizeBytes'),
    url: webAddress(textAt(attachment, 'url')),
    bytes,
  }
}

/** Undefined for what is not base64, and for more than goes into a message. */
export function base64Bytes(text: string | undefined): Uint8Array | undefined {
  if (text === undefined || text.length > MAX_ATTACHMENT_BYTES * 1.4) return undefined
  try {
    return Uint8Array.from(atob(text), (character) => character.charCodeAt(0))
  } catch {
    return undefined
  }
}
