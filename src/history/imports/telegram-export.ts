/**
 * Telegram Desktop’s JSON: `result.json` of one chat, or of an account with `chats.list`; media in folders beside it.
 *
 * Of an account, groups and channels are read; private conversations are left out and listed.
 * Source: the JSON writer of telegramdesktop/tdesktop, export_output_json.cpp.
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
import type { ImportedAttachment, ImportedChannel, ImportedMessage } from './imported-message.ts'
import type { JsonPath } from './json-parts.ts'
import { type JsonObject, asObject, listAt, numberAt, objectsAt, textAt, timeAt } from './json-fields.ts'
import { mediaTypeOf } from './media-type.ts'
import { plainTelegramText } from './telegram-text.ts'

const PRIVATE_TYPES = new Set(['personal_chat', 'bot_chat', 'saved_messages', 'replies', 'verification_codes'])
const SKIPPED_CHATS = 'left_chats'

interface Chat {
  readonly place: string
  name: string | undefined
  type: string | undefined
  id: string | undefined
  state: 'new' | 'read' | 'left-out'
}

interface ChatPlace extends ReadContext {
  readonly file: ImportFile
  readonly byPath: ReadonlyMap<string, ImportFile>
}

export const readTelegram: ExportReader = async function* readTelegram(files, context) {
  const byPath = new Map(files.map((file) => [file.path, file]))
  const exports = files.filter(({ path }) => path.toLowerCase().endsWith('.json'))
  for (const file of remaining(exports, context)) yield* readingFile(file, readChats({ ...context, file, byPath }))
}

async function* readChats(place: ChatPlace): AsyncGenerator<readonly ReadItem[]> {
  let chat: Chat | undefined
  for await (const parts of jsonParts(place.file, ['messages.*', 'chats.list.*.messages.*'], place)) {
    const items: ReadItem[] = []
    for (const part of parts) {
      if (part.kind !== 'value') items.push(partProblem(place.file, part))
      else {
        const step = stepOf(part.path)
        if (step === undefined) continue
        if (step.place !== chat?.place) {
          chat = { place: step.place, name: undefined, type: undefined, id: undefined, state: 'new' }
        }
        if (step.field !== 'messages') noteField(chat, step.field, part.value)
        else items.push(...(await messageItems(part.value, chat, place)))
      }
    }
    yield items
  }
}

/** Which chat a value belongs to, and which field of it. */
function stepOf(path: JsonPath): { place: string; field: string } | undefined {
  if (path[0] === SKIPPED_CHATS) return undefined
  const isListed = path[0] === 'chats' && path[1] === 'list'
  const field = path[isListed ? 3 : 0]
  return typeof field === 'string' ? { place: isListed ? String(path[2]) : '', field } : undefined
}

function noteField(chat: Chat, field: string, value: unknown): void {
  if (field !== 'name' && field !== 'type' && field !== 'id') return
  chat[field] = typeof value === 'string' || typeof value === 'number' ? String(value) : undefined
}

async function messageItems(value: unknown, chat: Chat, place: ChatPlace): Promise<ReadItem[]> {
  if (chat.state === 'left-out') return []
  const items: ReadItem[] = []
  const channel: ImportedChannel = { sourceId: chat.id ?? chat.name ?? '0', name: chat.name ?? 'Telegram' }
  if (chat.state === 'new') {
    // A chat that is exported by itself was chosen by the person; of an account, what is private stays so.
    if (chat.place !== '' && PRIVATE_TYPES.has(chat.type ?? '')) {
      chat.state = 'left-out'
      return [problem(chat.name ?? 'A chat', 'It is a private conversation, so it is left out.')]
    }
    chat.state = 'read'
    items.push({ kind: 'channel', channel })
  }
  items.push(await messageItem(asObject(value), channel, place))
  return items
}

async function messageItem(
  message: JsonObject | undefined,
  channel: ImportedChannel,
  place: ChatPlace,
): Promise<ReadItem> {
  const sourceId = textAt(message, 'id')
  const where = `${place.file.path}, ${channel.name}, message ${sourceId ?? '?'}`
  const atMs = timeAt(message, 'date_unixtime') ?? timeAt(message, 'date')
  if (sourceId === undefined || atMs === undefined) return problem(where, 'It has no id or no time.')
  const isService = textAt(message, 'type') === 'service'
  const attachments = await attachmentsOf(message, place)
  const text = isService ? serviceText(message) : contentOf(message)
  if (text === '' && attachments.length === 0) return problem(where, 'It has no text and no files.')
  const imported: ImportedMessage = {
    sourceId,
    channelId: channel.sourceId,
    author: {
      sourceId: textAt(message, 'from_id') ?? textAt(message, 'actor_id') ?? channel.sourceId,
      name: textAt(message, 'from') ?? textAt(message, 'actor') ?? channel.name,
    },
    atMs,
    editedAtMs: timeAt(message, 'edited_unixtime') ?? timeAt(message, 'edited'),
    text,
    replyTo: textAt(message, 'reply_to_message_id'),
    pins: isService && textAt(message, 'action') === 'pin_message' ? textAt(message, 'message_id') : undefined,
    isPinned: false,
    attachments,
    reactions: objectsAt(message, 'reactions').map((reaction) => ({
      emoji: textAt(reaction, 'emoji') ?? textAt(reaction, 'type') ?? '?',
      count: Math.max(1, numberAt(reaction, 'count') ?? 1),
    })),
  }
  return { kind: 'message', message: imported }
}

function contentOf(message: JsonObject | undefined): string {
  const forwardedFrom = textAt(message, 'forwarded_from')
  const poll = asObject(message?.['poll'])
  const answers = objectsAt(poll, 'answers').map((answer) => `- ${textAt(answer, 'text') ?? ''}`)
  const lines = [
    forwardedFrom === undefined ? '' : `Forwarded from ${forwardedFrom}:`,
    plainTelegramText(message?.['text'] ?? listAt(message, 'text_entities')),
    textAt(poll, 'question') ?? '',
    ...answers,
    textAt(message, 'media_type') === 'sticker' ? (textAt(message, 'sticker_emoji') ?? '') : '',
  ]
  return lines.filter((line) => line !== '').join('\n')
}

/** “pin_message” reads “pin message”; who did it is the author. */
function serviceText(message: JsonObject | undefined): string {
  const action = (textAt(message, 'action') ?? '').replaceAll('_', ' ')
  const detail =
    textAt(message, 'title') ??
    listAt(message, 'members')
      .filter((m) => typeof m === 'string')
      .join(', ')
  return `${action} ${detail}`.trim()
}

async function attachmentsOf(message: JsonObject | undefined, place: ChatPlace): Promise<ImportedAttachment[]> {
  const folder = place.file.path.slice(0, place.file.path.lastIndexOf('/') + 1)
  const attachments: ImportedAttachment[] = []
  for (const field of ['photo', 'file']) {
    const path = textAt(message, field)
    if (path === undefined) continue
    // “(File not included. Change data exporting settings to download.)”
    const isIncluded = !path.startsWith('(')
    const name = textAt(message, 'file_name') ?? (isIncluded ? (path.split('/').at(-1) ?? path) : field)
    const mediaType = textAt(message, 'mime_type') ?? (field === 'photo' ? 'image/jpeg' : mediaTypeOf(name))
    const sizeBytes = numberAt(message, `${field}_file_size`) ?? numberAt(message, 'file_size')
    attachments.push(await withBytes({ name, mediaType, sizeBytes }, place.byPath.get(folder + path), place.signal))
  }
  return attachments
}
