/**
 * Notes on uploads of files, kept beside their staging trees, so that an upload that was cut off can be resumed.
 *
 *   beginUpload({ file }) ─ note + staging tree ─▶ crash ─▶ start keeps the newest few ─▶ resumeUpload ─▶ commit (no note)
 */
import type { InterruptedUpload, UploadFile } from './block-store.ts'
import { putTree, type StoredTree, storedTree } from './catalog.ts'
import type { KvReader, KvWriter } from './kv.ts'
import { type TreeId, decodeUint32, encodeUint32 } from './records.ts'

const MAX_KEPT_UPLOADS = 8
const MAX_KEPT_MS = 7 * 24 * 60 * 60 * 1000

const PREFIX = new TextEncoder().encode('upload:')
/** Of the layout: 8 bytes last used, 8 size, 8 last modified, then the name in UTF-8. */
const HEADER_BYTES = 24

interface UploadNote {
  readonly file: UploadFile
  readonly lastUsedAtMs: number
}

interface ResumableUpload extends InterruptedUpload {
  readonly id: TreeId
}

export function putUploadNote(tx: KvWriter, id: TreeId, { file, lastUsedAtMs }: UploadNote): void {
  const name = new TextEncoder().encode(file.name)
  const bytes = new Uint8Array(HEADER_BYTES + name.byteLength)
  const view = new DataView(bytes.buffer)
  view.setFloat64(0, lastUsedAtMs)
  view.setFloat64(8, file.sizeBytes)
  view.setFloat64(16, file.lastModifiedMs)
  bytes.set(name, HEADER_BYTES)
  tx.put('meta', noteKey(id), bytes)
}

export function deleteUploadNote(tx: KvWriter, id: TreeId): void {
  tx.delete('meta', noteKey(id))
}

/** A staging tree becomes one to free. */
export function abandonUpload(tx: KvWriter, { id, tree }: StoredTree): void {
  deleteUploadNote(tx, id)
  putTree(tx, id, { ...tree, state: 'deleting' })
}

/** An upload that has a note and its tree, however old. */
export async function readUpload(tx: KvReader, id: TreeId): Promise<ResumableUpload | undefined> {
  const [record, staged] = await Promise.all([tx.get('meta', noteKey(id)), storedTree(tx, id)])
  if (record === undefined || staged?.tree.state !== 'staging') return undefined
  const { file, lastUsedAtMs } = decodeNote(record)
  const { blockSizeBytes, haveCount } = staged.tree
  const blockCount = Math.ceil(file.sizeBytes / blockSizeBytes)
  return { id, file, blockSizeBytes, blockCount, storedCount: haveCount, lastUsedAtMs }
}

/** The uploads that are worth keeping, those used last first: they hold blocks, are not old and not too many. */
export async function resumableUploads(tx: KvReader, nowMs: number): Promise<ResumableUpload[]> {
  const keys = await tx.keys('meta', { start: keyOf(new Uint8Array(4)), end: keyOf(new Uint8Array(5).fill(0xff)) })
  const ids = keys.map((key) => decodeUint32(key.subarray(PREFIX.byteLength)) as TreeId)
  const uploads = await Promise.all(ids.map((id) => readUpload(tx, id)))
  return uploads
    .filter((upload) => upload !== undefined)
    .filter(({ storedCount, lastUsedAtMs }) => storedCount > 0 && nowMs - lastUsedAtMs < MAX_KEPT_MS)
    .toSorted((a, b) => b.lastUsedAtMs - a.lastUsedAtMs || b.id - a.id)
    .slice(0, MAX_KEPT_UPLOADS)
}

function decodeNote(bytes: Uint8Array): UploadNote {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const name = new TextDecoder().decode(bytes.subarray(HEADER_BYTES))
  const file = { name, sizeBytes: view.getFloat64(8), lastModifiedMs: view.getFloat64(16) }
  return { file, lastUsedAtMs: view.getFloat64(0) }
}

function noteKey(id: TreeId): Uint8Array {
  return keyOf(encodeUint32(id))
}

function keyOf(tail: Uint8Array): Uint8Array {
  const key = new Uint8Array(PREFIX.byteLength + tail.byteLength)
  key.set(PREFIX)
  key.set(tail, PREFIX.byteLength)
  return key
}
