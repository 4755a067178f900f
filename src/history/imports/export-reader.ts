/** What a reader of one kind of export hands out, and what it is given. */
import { QuireError } from '../../errors.ts'
import type { ImportFile } from './import-file.ts'
import type { ImportedAttachment, ImportedChannel, ImportedMessage, ImportProblem } from './imported-message.ts'
import { type JsonPart, JsonParts } from './json-parts.ts'

export type ReadItem =
  | { readonly kind: 'channel'; readonly channel: ImportedChannel }
  | { readonly kind: 'message'; readonly message: ImportedMessage }
  | { readonly kind: 'problem'; readonly problem: ImportProblem }
  /** One of the files with messages was read to its end, or as far as it can be. */
  | { readonly kind: 'file-end' }

export interface ReadContext {
  /** Files with messages that are passed over, since they were read before. */
  readonly skipFiles: number
  readonly signal?: AbortSignal | undefined
  readonly onRead: (bytes: number) => void
}

/** Reads the files one after the other, always in the same order. */
export type ExportReader = (files: readonly ImportFile[], context: ReadContext) => AsyncGenerator<readonly ReadItem[]>

/** A message of one of these services has at most some kilobytes; embeds and lists of who reacted come with it. */
const MAX_VALUE_BYTES = 8 * 1024 * 1024
/** What is put into a message: larger files stay where they are, and their name is told. */
export const MAX_ATTACHMENT_BYTES = 4 * 1024 * 1024

export async function* jsonParts(
  file: ImportFile,
  paths: readonly string[],
  context: Pick<ReadContext, 'signal' | 'onRead'>,
): AsyncGenerator<readonly JsonPart[]> {
  const parts = new JsonParts(paths, { maxValueBytes: MAX_VALUE_BYTES })
  for await (const chunk of file.read(context)) yield parts.push(chunk)
  yield parts.end()
}

/** A small file as one JSON value; undefined where it is none. */
export async function jsonOf(file: ImportFile, context: Pick<ReadContext, 'signal' | 'onRead'>): Promise<unknown> {
  const bytes = await wholeFile(file, { ...context, maxBytes: 16 * MAX_VALUE_BYTES })
  try {
    return bytes === undefined ? undefined : (JSON.parse(new TextDecoder().decode(bytes)) as unknown)
  } catch {
    return undefined
  }
}

/** Undefined where it is larger. */
async function wholeFile(
  file: ImportFile,
  { maxBytes, ...context }: Pick<ReadContext, 'signal'> & { maxBytes: number; onRead?: (bytes: number) => void },
): Promise<Uint8Array | undefined> {
  const pieces: Uint8Array[] = []
  let sizeBytes = 0
  for await (const piece of file.read(context)) {
    sizeBytes += piece.byteLength
    if (sizeBytes > maxBytes) return undefined
    pieces.push(piece)
  }
  const bytes = new Uint8Array(sizeBytes)
  let at = 0
  for (const piece of pieces) {
    bytes.set(piece, at)
    at += piece.byteLength
  }
  return bytes
}

/**
 * What a reader gives for one file, ended by `file-end`: a file that cannot be read further becomes a problem, and the next
 * one is read.
 */
export async function* readingFile(
  file: ImportFile,
  items: AsyncIterable<readonly ReadItem[]>,
): AsyncGenerator<readonly ReadItem[]> {
  try {
    yield* items
  } catch (error) {
    if (!(error instanceof QuireError) || error.code !== 'ERR_IMPORT_INVALID') throw error
    yield [problem(file.path, error.message)]
  }
  yield [{ kind: 'file-end' }]
}

/** The files with messages that were not read before. */
export function remaining(files: readonly ImportFile[], { skipFiles, onRead }: ReadContext): readonly ImportFile[] {
  for (const { sizeBytes } of files.slice(0, skipFiles)) onRead(sizeBytes)
  return files.slice(skipFiles)
}

export function problem(where: string, what: string): ReadItem {
  return { kind: 'problem', problem: { where, what } }
}

/** The problem of a part that is no value. */
export function partProblem(file: ImportFile, part: Exclude<JsonPart, { kind: 'value' }>): ReadItem {
  return part.kind === 'broken'
    ? problem(file.path, `Nothing can be read after byte ${part.atByte}. ${part.what}`)
    : problem(`${file.path}, ${part.path.join('.')}`, part.what)
}

/** An attachment whose file may be in the export: its bytes where it is there and small enough. */
export async function withBytes(
  attachment: ImportedAttachment,
  file: ImportFile | undefined,
  signal: AbortSignal | undefined,
): Promise<ImportedAttachment> {
  if (file === undefined || file.sizeBytes > MAX_ATTACHMENT_BYTES) return attachment
  const bytes = await wholeFile(file, { signal, maxBytes: MAX_ATTACHMENT_BYTES })
  return bytes === undefined ? attachment : { ...attachment, bytes, sizeBytes: bytes.byteLength }
}
