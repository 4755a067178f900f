/**
 * The bytes of a file, for a widget that shows or saves it:
 *
 *   text ──▶ its first bytes        small, or nothing may be stored ──▶ Blob in memory        large ──▶ file on this device’s disk
 */
import { QuireError } from '../errors.ts'
import type { ManifestView, NodeApi } from '../rpc/api.ts'

/** What is collected in memory where the rest of the file could lie on disk. */
const MAX_MEMORY_BYTES = 64 * 1024 ** 2
/** Where nothing may be stored. */
const MAX_ONLY_MEMORY_BYTES = 128 * 1024 ** 2
export const MAX_TEXT_BYTES = 256 * 1024

export interface ReadFile {
  readonly api: NodeApi
  /** A CID or a share link. */
  readonly link: string
  readonly manifest: ManifestView
  readonly mediaType: string
  readonly isInMemory: boolean
  readonly signal: AbortSignal
  /** Only of what is collected in memory; a fetch to the disk is a transfer of the node. */
  readonly onProgress: (doneBytes: number) => void
}

/** Errors: `ERR_CONTENT_TOO_LARGE` (in memory only), those of a fetch. */
export async function collectFile(read: ReadFile): Promise<Blob> {
  const { api, link, manifest, isInMemory, mediaType, signal } = read
  const { sizeBytes, cid } = manifest
  if (isInMemory && sizeBytes > MAX_ONLY_MEMORY_BYTES) throw tooLarge(sizeBytes)
  if (isInMemory || sizeBytes <= MAX_MEMORY_BYTES) return collect(read)
  await api.fetch(link, { signal })
  const file = await api.exportFile(cid, { signal })
  return new Blob([file], { type: mediaType })
}

/** The beginning of a text; bytes that are no UTF-8 show as “�”. */
export async function readText({ api, link, manifest, signal }: ReadFile): Promise<string> {
  const endByte = Math.min(manifest.sizeBytes, MAX_TEXT_BYTES)
  const stream = await api.stream(link, { range: { startByte: 0, endByte }, signal })
  return new Response(stream).text()
}

async function collect({ api, link, manifest, mediaType, signal, onProgress }: ReadFile): Promise<Blob> {
  const pieces: Uint8Array<ArrayBuffer>[] = []
  let doneBytes = 0
  for await (const piece of await api.stream(link, { signal })) {
    doneBytes += piece.byteLength
    // The node checks it, too; nothing beyond what was promised is kept.
    if (doneBytes > manifest.sizeBytes) throw tooLarge(doneBytes)
    pieces.push(piece)
    onProgress(doneBytes)
  }
  return new Blob(pieces, { type: mediaType })
}

function tooLarge(sizeBytes: number): QuireError {
  const message = 'This file is too large to be held in memory, and the browser lets this frame store nothing.'
  return new QuireError('ERR_CONTENT_TOO_LARGE', message, { details: { sizeBytes } })
}
