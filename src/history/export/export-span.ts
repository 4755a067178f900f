/**
 * What is held of a span as one file, made while it is read.
 *
 *   timeline, attachments ─▶ HTML (one page that needs nothing else) or JSON
 *   index, archives ───────▶ ZIP, byte for byte as they were published
 */
import type { ExportArchive, ExportHead, ExportSource } from './export-message.ts'
import { htmlPieces } from './html-export.ts'
import { jsonPieces } from './json-export.ts'
import { archivesZip } from './zip-export.ts'

export type ExportRequest =
  | { readonly format: 'html' | 'json'; readonly source: ExportSource }
  | {
      readonly format: 'archives'
      readonly head: ExportHead
      /** The index as it was published, where there is one. */
      readonly index?: Uint8Array | undefined
      readonly archives: readonly ExportArchive[]
    }

export interface ExportFile {
  readonly name: string
  readonly mediaType: string
  /** In pieces of some 64 KiB. Ends with the signal’s reason at an abort; what `source` throws comes through. */
  bytes(options?: { readonly signal?: AbortSignal | undefined }): AsyncGenerator<Uint8Array<ArrayBuffer>>
}

const PIECE_CHARACTERS = 65_536
const MEDIA_TYPES = { html: 'text/html', json: 'application/json', archives: 'application/zip' } as const
const ENDINGS = { html: 'html', json: 'json', archives: 'zip' } as const

export function exportSpan(request: ExportRequest): ExportFile {
  const head = request.format === 'archives' ? request.head : request.source.head
  return {
    name: `${nameOf(head)}.${ENDINGS[request.format]}`,
    mediaType: MEDIA_TYPES[request.format],
    bytes: (options = {}) => bytesOf(request, options.signal),
  }
}

async function* bytesOf(
  request: ExportRequest,
  signal: AbortSignal | undefined,
): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  signal?.throwIfAborted()
  if (request.format === 'archives') yield* archivesZip(request, signal)
  else yield* encoded(request.format === 'html' ? htmlPieces(request.source) : jsonPieces(request.source), signal)
}

async function* encoded(
  pieces: AsyncIterable<string>,
  signal: AbortSignal | undefined,
): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  const encoder = new TextEncoder()
  let text = ''
  for await (const piece of pieces) {
    signal?.throwIfAborted()
    text += piece
    if (text.length < PIECE_CHARACTERS) continue
    yield encoder.encode(text)
    text = ''
  }
  yield encoder.encode(text)
}

/** “Readers 2020-01-01 to 2020-02-01”; what file systems refuse goes. */
function nameOf({ communityName, fromMs, toMs }: ExportHead): string {
  const day = (ms: number): string => new Date(ms).toISOString().slice(0, 10)
  const name = communityName
    .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
    .replaceAll(/\s+/gu, ' ')
    .trim()
    .slice(0, 80)
  return `${name === '' ? 'Community' : name} ${day(fromMs)} to ${day(toMs)}`
}
