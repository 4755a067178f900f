/** Which service an export is from, by the names of its files and how they begin. */
import { QuireError } from '../../errors.ts'
import type { ImportFile } from './import-file.ts'
import type { ImportKind } from './imported-message.ts'

const HEAD_BYTES = 16 * 1024
/** Of a folder with thousands of files the first few tell. */
const MAX_SNIFFED_FILES = 8

/** Errors: `ERR_IMPORT_UNKNOWN`. */
export async function detectKind(
  files: readonly ImportFile[],
  options: { readonly signal?: AbortSignal | undefined } = {},
): Promise<ImportKind> {
  const has = (name: RegExp): boolean => files.some(({ path }) => name.test(path))
  if (has(/(?:^|\/)channels\.json$/u) && has(/(?:^|\/)users\.json$/u)) return 'slack'
  const telling = files.filter(({ path }) => !/\.(?:png|jpe?g|gif|webp|mp[34]|og[ga]|webm|html?|css|js)$/iu.test(path))
  for (const file of telling.slice(0, MAX_SNIFFED_FILES)) {
    const kind = kindOf(file.path, await headOf(file, options.signal))
    if (kind !== undefined) return kind
  }
  throw new QuireError('ERR_IMPORT_UNKNOWN', 'These files are no export that is known here.')
}

function kindOf(path: string, head: string): ImportKind | undefined {
  const text = head.replace(/^\uFEFF/u, '').trimStart()
  if (text.startsWith('{')) {
    const firstLine = text.split('\n', 1)[0] ?? ''
    if (isMessageLine(firstLine)) return 'json-lines'
    if (/^\{\s*"guild"\s*:/u.test(text) && text.includes('"channel"')) return 'discord'
    const isOneChat = /"type"\s*:\s*"[a-z_]+"/u.test(text) && /"messages"\s*:/u.test(text)
    if (/"chats"\s*:\s*\{/u.test(text) || isOneChat) return 'telegram'
    return undefined
  }
  if (text.startsWith('From ') || (/\.mbo?x$/iu.test(path) && /^[\w-]+: /u.test(text))) return 'mbox'
  return undefined
}

function isMessageLine(line: string): boolean {
  try {
    const value: unknown = JSON.parse(line)
    return typeof value === 'object' && value !== null && 'time' in value && ('text' in value || 'attachments' in value)
  } catch {
    return false
  }
}

async function headOf(file: ImportFile, signal: AbortSignal | undefined): Promise<string> {
  const decoder = new TextDecoder()
  let head = ''
  for await (const piece of file.read({ signal })) {
    head += decoder.decode(piece.subarray(0, HEAD_BYTES), { stream: true })
    if (head.length >= HEAD_BYTES) break
  }
  return head
}
