/**
 * The files of a ZIP, each read by itself and unpacked as it is read.
 *
 * The directory at the end is read first, since a Slack export names its people and channels in files that may lie behind
 * the messages. A packed file that unpacks to absurdly much is refused as it grows: declared sizes are not believed.
 * Source: PKWARE APPNOTE 6.3.10, §4.3.
 */
import { Inflate } from 'fflate'
import { QuireError } from '../../errors.ts'
import { piecesOf } from './blob-pieces.ts'
import type { ImportFile, NamedBlob } from './import-file.ts'

const END_SIGNATURE = 0x06054b50
const END64_SIGNATURE = 0x06064b50
const END64_LOCATOR_SIGNATURE = 0x07064b50
const ENTRY_SIGNATURE = 0x02014b50
const LOCAL_SIGNATURE = 0x04034b50
const END_BYTES = 22
const END64_BYTES = 56
const END64_LOCATOR_BYTES = 20
const ENTRY_BYTES = 46
const LOCAL_BYTES = 30
const MAX_COMMENT_BYTES = 65_535
const MAX_DIRECTORY_BYTES = 64 * 1024 * 1024
const STORED = 0
const DEFLATED = 8
const IS_ENCRYPTED = 1
const ZIP64_EXTRA = 1
const IN_EXTRA = 0xffffffff
/** One push of packed bytes unpacks to at most 1,032 times as much. */
const PUSH_BYTES = 16 * 1024
/** Text of chats packs 5 to 30 times; what a bomb gains begins in the hundreds. */
const MAX_RATIO = 250
const RATIO_FROM_BYTES = 4 * 1024 * 1024
const MAX_UNPACKED_BYTES = 64 * 1024 ** 3

interface Entry {
  readonly path: string
  readonly method: number
  readonly isEncrypted: boolean
  readonly packedBytes: number
  readonly unpackedBytes: number
  readonly localOffset: number
}

/** True where the first bytes are those of a ZIP. */
export async function isZip(blob: Blob): Promise<boolean> {
  const head = new Uint8Array(await blob.slice(0, 4).arrayBuffer())
  return head[0] === 0x50 && head[1] === 0x4b && (head[2] === 3 || head[2] === 5)
}

/** Errors: `ERR_IMPORT_INVALID`. */
export async function zipFiles({ blob, path }: NamedBlob): Promise<readonly ImportFile[]> {
  const budget = { leftBytes: MAX_UNPACKED_BYTES }
  return (await readDirectory(blob, path))
    .filter((entry) => !entry.path.endsWith('/'))
    .map((entry) => ({
      path: entry.path,
      sizeBytes: entry.packedBytes,
      read: (options = {}) => unpack(blob, entry, { ...options, budget }),
    }))
}

async function readDirectory(blob: Blob, path: string): Promise<readonly Entry[]> {
  const { offset, sizeBytes } = await findDirectory(blob, path)
  if (sizeBytes > MAX_DIRECTORY_BYTES || offset + sizeBytes > blob.size) throw damaged(path)
  const bytes = await bytesOf(blob, offset, sizeBytes)
  const entries: Entry[] = []
  for (let at = 0; at + ENTRY_BYTES <= bytes.byteLength;) {
    const { entry, end } = readEntry(bytes, at, path)
    entries.push(entry)
    at = end
  }
  return entries
}

async function findDirectory(blob: Blob, path: string): Promise<{ offset: number; sizeBytes: number }> {
  const tailBytes = Math.min(blob.size, END_BYTES + MAX_COMMENT_BYTES + END64_LOCATOR_BYTES)
  const tail = viewOf(await bytesOf(blob, blob.size - tailBytes, tailBytes))
  for (let at = tailBytes - END_BYTES; at >= 0; at--) {
    if (tail.getUint32(at, true) !== END_SIGNATURE) continue
    const sizeBytes = tail.getUint32(at + 12, true)
    const offset = tail.getUint32(at + 16, true)
    const locatorAt = at - END64_LOCATOR_BYTES
    if (locatorAt < 0 || tail.getUint32(locatorAt, true) !== END64_LOCATOR_SIGNATURE) return { offset, sizeBytes }
    const end64At = Number(tail.getBigUint64(locatorAt + 8, true))
    if (end64At + END64_BYTES > blob.size) throw damaged(path)
    const end64 = viewOf(await bytesOf(blob, end64At, END64_BYTES))
    if (end64.getUint32(0, true) !== END64_SIGNATURE) throw damaged(path)
    return { sizeBytes: Number(end64.getBigUint64(40, true)), offset: Number(end64.getBigUint64(48, true)) }
  }
  throw damaged(path)
}

function readEntry(bytes: Uint8Array, at: number, zipPath: string): { entry: Entry; end: number } {
  const view = viewOf(bytes)
  const nameBytes = view.getUint16(at + 28, true)
  const extraAt = at + ENTRY_BYTES + nameBytes
  const extraEnd = extraAt + view.getUint16(at + 30, true)
  const end = extraEnd + view.getUint16(at + 32, true)
  if (view.getUint32(at, true) !== ENTRY_SIGNATURE || end > bytes.byteLength) throw damaged(zipPath)
  const wide = wideNumbers(view, extraAt, extraEnd)
  const sizeAt = (place: number): number => {
    const value = view.getUint32(place, true)
    return value === IN_EXTRA ? (wide.shift() ?? value) : value
  }
  // The extra field has only those that do not fit, in this order.
  const unpackedBytes = sizeAt(at + 24)
  const packedBytes = sizeAt(at + 20)
  const localOffset = sizeAt(at + 42)
  const entry: Entry = {
    path: new TextDecoder().decode(bytes.subarray(at + ENTRY_BYTES, extraAt)).replaceAll('\\', '/'),
    method: view.getUint16(at + 10, true),
    isEncrypted: (view.getUint16(at + 8, true) & IS_ENCRYPTED) !== 0,
    packedBytes,
    unpackedBytes,
    localOffset,
  }
  return { entry, end }
}

function wideNumbers(view: DataView, from: number, end: number): number[] {
  const numbers: number[] = []
  for (let at = from; at + 4 <= end;) {
    const fieldEnd = Math.min(end, at + 4 + view.getUint16(at + 2, true))
    if (view.getUint16(at, true) === ZIP64_EXTRA) {
      for (let place = at + 4; place + 8 <= fieldEnd; place += 8) numbers.push(Number(view.getBigUint64(place, true)))
    }
    at = fieldEnd
  }
  return numbers
}

interface UnpackOptions {
  readonly signal?: AbortSignal | undefined
  readonly onRead?: (bytes: number) => void
  readonly budget: { leftBytes: number }
}

async function* unpack(blob: Blob, entry: Entry, options: UnpackOptions): AsyncGenerator<Uint8Array> {
  if (entry.isEncrypted) throw invalid(`“${entry.path}” is protected by a password.`)
  if (entry.method !== STORED && entry.method !== DEFLATED) {
    throw invalid(`“${entry.path}” is packed in a way that is not read here (${entry.method}).`)
  }
  const local = viewOf(await bytesOf(blob, entry.localOffset, LOCAL_BYTES))
  if (local.byteLength < LOCAL_BYTES || local.getUint32(0, true) !== LOCAL_SIGNATURE) throw damaged(entry.path)
  const from = entry.localOffset + LOCAL_BYTES + local.getUint16(26, true) + local.getUint16(28, true)
  const packed = packedPieces(blob.slice(from, from + entry.packedBytes), options)
  const unpacked = entry.method === STORED ? packed : inflated(packed, entry)
  let sizeBytes = 0
  for await (const piece of unpacked) {
    sizeBytes += piece.byteLength
    options.budget.leftBytes -= piece.byteLength
    if (options.budget.leftBytes < 0) throw invalid('The ZIP unpacks to more than 64 GiB.')
    yield piece
  }
  if (sizeBytes !== entry.unpackedBytes) throw damaged(entry.path)
}

async function* packedPieces(blob: Blob, { signal, onRead }: UnpackOptions): AsyncGenerator<Uint8Array> {
  for await (const piece of piecesOf(blob, signal)) {
    onRead?.(piece.byteLength)
    yield piece
  }
}

async function* inflated(packed: AsyncIterable<Uint8Array>, entry: Entry): AsyncGenerator<Uint8Array> {
  let pieces: Uint8Array[] = []
  const inflate = new Inflate((piece) => pieces.push(piece))
  let [packedBytes, unpackedBytes] = [0, 0]
  for await (const chunk of packed) {
    for (let at = 0; at < chunk.byteLength; at += PUSH_BYTES) {
      const push = chunk.subarray(at, at + PUSH_BYTES)
      packedBytes += push.byteLength
      try {
        inflate.push(push, packedBytes === entry.packedBytes)
      } catch (cause) {
        throw damaged(entry.path, cause)
      }
      for (const piece of pieces) unpackedBytes += piece.byteLength
      if (unpackedBytes > RATIO_FROM_BYTES && unpackedBytes > MAX_RATIO * packedBytes) {
        throw invalid(`“${entry.path}” unpacks to absurdly much.`)
      }
      yield* pieces.filter(({ byteLength }) => byteLength > 0)
      pieces = []
    }
  }
}

async function bytesOf(blob: Blob, offset: number, sizeBytes: number): Promise<Uint8Array> {
  return new Uint8Array(await blob.slice(offset, offset + sizeBytes).arrayBuffer())
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}

function damaged(path: string, cause?: unknown): QuireError {
  return invalid(`“${path}” is damaged or was not written to its end.`, cause)
}

function invalid(message: string, cause?: unknown): QuireError {
  return new QuireError('ERR_IMPORT_INVALID', message, { cause })
}
