/**
 * An mbox of a mailing list: each file a channel, threads by In-Reply-To, the subject above the first mail of a thread.
 *
 * Source: RFC 4155; “>From ” at the start of a line is unescaped as mboxrd does.
 */
import { type ExportReader, type ReadContext, type ReadItem, problem, readingFile, remaining } from './export-reader.ts'
import type { ImportFile } from './import-file.ts'
import type { ImportedChannel, ImportedMessage } from './imported-message.ts'
import { validTime } from './json-fields.ts'
import { linesOf } from './lines.ts'
import { type Mail, readMail } from './mail-message.ts'

const MAX_LINE_BYTES = 1024 * 1024
const MAX_MAIL_BYTES = 16 * 1024 * 1024
const FROM_LINE = 'From '

export const readMbox: ExportReader = async function* readMbox(files, context) {
  const exports = files.filter(({ path }) => !/\.(?:json|html?|css|js)$/iu.test(path))
  for (const file of remaining(exports, context)) yield* readingFile(file, readFile(file, context))
}

async function* readFile(file: ImportFile, context: ReadContext): AsyncGenerator<readonly ReadItem[]> {
  const name = (file.path.split('/').at(-1) ?? file.path).replace(/\.(?:mbox|mbx|txt)$/iu, '') || 'mail'
  const channel: ImportedChannel = { sourceId: name, name }
  yield [{ kind: 'channel', channel }]
  const decoder = new TextDecoder('latin1')
  const mail: { lines: string[]; sizeBytes: number; number: number } = { lines: [], sizeBytes: 0, number: 0 }
  let isAfterBlank = true
  for await (const lines of linesOf(file.read(context), { maxLineBytes: MAX_LINE_BYTES })) {
    const items: ReadItem[] = []
    for (const { bytes, sizeBytes } of lines) {
      const line = bytes === undefined ? '' : decoder.decode(bytes)
      if (isAfterBlank && line.startsWith(FROM_LINE)) {
        if (mail.number > 0) items.push(mailItem(mail, { file, channel }))
        mail.number++
        mail.lines = []
        mail.sizeBytes = 0
      } else {
        mail.sizeBytes += sizeBytes
        if (mail.sizeBytes <= MAX_MAIL_BYTES) mail.lines.push(line.replace(/^>(>*From )/u, '$1'))
        else mail.lines = []
      }
      isAfterBlank = line === ''
    }
    yield items
  }
  if (mail.number === 0) yield [problem(file.path, 'It has no mail: no line begins with “From ”.')]
  else yield [mailItem(mail, { file, channel })]
}

function mailItem(
  { lines, sizeBytes, number }: { lines: readonly string[]; sizeBytes: number; number: number },
  { file, channel }: { file: ImportFile; channel: ImportedChannel },
): ReadItem {
  const where = `${file.path}, mail ${number}`
  if (sizeBytes > MAX_MAIL_BYTES) return problem(where, `It has ${sizeBytes} bytes; at most 16 MiB are read.`)
  const mail = readMail(lines.join('\n'))
  const atMs = validTime(Date.parse((mail.headers.get('date') ?? '').replace(/\s*\([^)]*\)\s*$/u, '')))
  if (atMs === undefined) return problem(where, 'It has no date that can be read.')
  const text = textOf(mail)
  if (text === '' && mail.attachments.length === 0) return problem(where, 'It has no text and no files.')
  const message: ImportedMessage = {
    sourceId: idIn(mail.headers.get('message-id')) ?? `mail-${number}`,
    channelId: channel.sourceId,
    author: authorOf(mail.headers.get('from') ?? ''),
    atMs,
    text,
    replyTo: parentOf(mail),
    isPinned: false,
    attachments: mail.attachments,
    reactions: [],
  }
  return { kind: 'message', message }
}

function parentOf({ headers }: Mail): string | undefined {
  return idIn(headers.get('in-reply-to')) ?? idIn(headers.get('references')?.split(/\s+/u).at(-1))
}

function textOf(mail: Mail): string {
  const subject = mail.headers.get('subject')
  return subject === undefined || parentOf(mail) !== undefined ? mail.text : `**${subject}**\n\n${mail.text}`.trim()
}

function idIn(header: string | undefined): string | undefined {
  return /<([^<>\s]+)>/u.exec(header ?? '')?.[1]
}

/** “Ana Example <ana@example.org>”, “ana@example.org (Ana)”, or “ana at example.org (Ana)” as archives of lists write it. */
function authorOf(from: string): ImportedMessage['author'] {
  const address = /<([^<>]+)>/u.exec(from)?.[1] ?? from.replace(/\([^)]*\)/u, '').trim()
  const name = /^\s*"?([^"<]*?)"?\s*</u.exec(from)?.[1] ?? /\(([^)]*)\)/u.exec(from)?.[1]
  // The address itself is not shown: it was written to a list, not to the world.
  const shown = name === undefined || name === '' ? (address.split(/@| at /u)[0] ?? '') : name
  return { sourceId: address === '' ? 'unknown' : address, name: shown === '' ? 'Somebody' : shown }
}
