/**
 * What is noted of a dataset beside its manifest: whether it is pinned, and when it was used last.
 *
 * There is a note only where something was said or used; without one, uploads are pinned, fetches are not, and what was added
 * counts as used then. Notes lie in `meta`, so a database from before needs no change.
 */
import type { ManifestRecord } from './records.ts'
import type { KvReader, KvWriter } from './kv.ts'

export interface DatasetNote {
  /** Undefined where nobody said: by its origin. */
  readonly isPinned?: boolean | undefined
  readonly lastUsedAtMs: number
}

const PREFIX = new TextEncoder().encode('dataset:')
/** Of the layout: 1 byte pin, 8 bytes last used. */
const NOTE_BYTES = 9
const PINS = [undefined, true, false] as const

export async function readNote(tx: KvReader, manifestDigest: Uint8Array): Promise<DatasetNote | undefined> {
  const bytes = await tx.get('meta', noteKey(manifestDigest))
  if (bytes?.byteLength !== NOTE_BYTES) return undefined
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  return { isPinned: PINS[view.getUint8(0)], lastUsedAtMs: view.getFloat64(1) }
}

export function putNote(tx: KvWriter, manifestDigest: Uint8Array, { isPinned, lastUsedAtMs }: DatasetNote): void {
  const bytes = new Uint8Array(NOTE_BYTES)
  const view = new DataView(bytes.buffer)
  view.setUint8(0, PINS.indexOf(isPinned))
  view.setFloat64(1, lastUsedAtMs)
  tx.put('meta', noteKey(manifestDigest), bytes)
}

export function deleteNote(tx: KvWriter, manifestDigest: Uint8Array): void {
  tx.delete('meta', noteKey(manifestDigest))
}

/** What a list says of a dataset with such a note, or without one. */
export function notedOf(
  { origin, addedAtMs }: Pick<ManifestRecord, 'origin' | 'addedAtMs'>,
  note: DatasetNote | undefined,
): { readonly isPinned: boolean; readonly lastUsedAtMs: number } {
  return {
    isPinned: note?.isPinned ?? origin === 'upload',
    lastUsedAtMs: Math.max(addedAtMs, note?.lastUsedAtMs ?? 0),
  }
}

function noteKey(manifestDigest: Uint8Array): Uint8Array {
  const key = new Uint8Array(PREFIX.byteLength + manifestDigest.byteLength)
  key.set(PREFIX)
  key.set(manifestDigest, PREFIX.byteLength)
  return key
}
