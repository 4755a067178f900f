/**
 * `/storage/manifest/1.0.0`: one request and one response a stream.
 *
 *   request:  u16 LE length (1 … 512) · manifest CID
 *   response: u32 LE length (1 … 65537) · u8 status (0 found, 1 not found) · the manifest block where it was found
 *
 * Source: logos-storage-nim, storage/manifest/protocol.nim. Bytes after the message are ignored: nothing may follow it.
 */
import type { CID } from 'multiformats/cid'
import { QuireError } from '../errors.ts'
import { ByteReader, ByteWriter, invalid } from './binary.ts'
import { GrowingBuffer } from './growing-buffer.ts'
import { MAX_MANIFEST_BYTES } from './manifest.ts'
import { decodeMessageCid } from './message.ts'

const MAX_REQUEST_CID_BYTES = 512

const FOUND = 0
const NOT_FOUND = 1

export type ManifestResponse =
  | { readonly status: 'found'; /** Not yet checked against its CID. */ readonly bytes: Uint8Array }
  | { readonly status: 'not-found' }

export function encodeManifestRequest(cid: CID): Uint8Array {
  const writer = new ByteWriter(2 + cid.bytes.byteLength)
  return writer.u16(cid.bytes.byteLength).bytes(cid.bytes).finish()
}

/** A whole request. Errors: `ERR_MESSAGE_INVALID`, `ERR_FRAME_TOO_LARGE`. */
export function decodeManifestRequest(bytes: Uint8Array): CID {
  return whole(new ManifestRequestDecoder().push(bytes))
}

/** Errors: `ERR_FRAME_TOO_LARGE` (a manifest of more than 64 KiB). */
export function encodeManifestResponse(response: ManifestResponse): Uint8Array {
  const data = response.status === 'found' ? response.bytes : new Uint8Array()
  if (data.byteLength > MAX_MANIFEST_BYTES) throw tooLarge(data.byteLength, MAX_MANIFEST_BYTES)
  const writer = new ByteWriter(4 + 1 + data.byteLength)
  return writer
    .u32(1 + data.byteLength)
    .u8(response.status === 'found' ? FOUND : NOT_FOUND)
    .bytes(data)
    .finish()
}

/** A whole response. Errors: `ERR_MESSAGE_INVALID`, `ERR_FRAME_TOO_LARGE`. */
export function decodeManifestResponse(bytes: Uint8Array): ManifestResponse {
  return whole(new ManifestResponseDecoder().push(bytes))
}

/** Reads the request of one stream, however it is split. */
export class ManifestRequestDecoder {
  readonly #body = new PrefixedBody(2, MAX_REQUEST_CID_BYTES)

  /** The CID once it is whole, undefined before. Errors: `ERR_MESSAGE_INVALID`, `ERR_FRAME_TOO_LARGE`. */
  push(chunk: Uint8Array): CID | undefined {
    const body = this.#body.push(chunk)
    return body === undefined ? undefined : decodeMessageCid(body)
  }
}

/** Reads the response of one stream, however it is split. */
export class ManifestResponseDecoder {
  readonly #body = new PrefixedBody(4, 1 + MAX_MANIFEST_BYTES)

  /** The response once it is whole, undefined before. Errors: `ERR_MESSAGE_INVALID`, `ERR_FRAME_TOO_LARGE`. */
  push(chunk: Uint8Array): ManifestResponse | undefined {
    const body = this.#body.push(chunk)
    if (body === undefined) return undefined
    const status = body[0]
    if (status === FOUND) return { status: 'found', bytes: body.subarray(1) }
    if (status === NOT_FOUND) return { status: 'not-found' }
    throw invalid(`The manifest status ${status} is unknown.`)
  }
}

/** A length prefix of two or four bytes and the bytes that it announces, 1 … `maxBytes`. */
class PrefixedBody {
  readonly #maxBytes: number
  readonly #prefix: GrowingBuffer
  #body: GrowingBuffer | undefined

  constructor(prefixBytes: 2 | 4, maxBytes: number) {
    this.#prefix = new GrowingBuffer(prefixBytes)
    this.#maxBytes = maxBytes
  }

  push(chunk: Uint8Array): Uint8Array | undefined {
    const offset = this.#prefix.take(chunk, 0)
    if (!this.#prefix.isFull) return undefined
    this.#body ??= new GrowingBuffer(this.#readLength())
    this.#body.take(chunk, offset)
    return this.#body.isFull ? this.#body.finish() : undefined
  }

  #readLength(): number {
    const prefix = this.#prefix.finish()
    const reader = new ByteReader(prefix)
    const length = prefix.byteLength === 2 ? reader.u16() : reader.u32()
    if (length === 0) throw invalid('The message is empty.')
    if (length > this.#maxBytes) throw tooLarge(length, this.#maxBytes)
    return length
  }
}

function whole<T>(value: T | undefined): T {
  if (value === undefined) throw invalid('The message is cut short.')
  return value
}

function tooLarge(lengthBytes: number, maxBytes: number): QuireError {
  return new QuireError('ERR_FRAME_TOO_LARGE', `A message of ${lengthBytes} bytes is above the cap of ${maxBytes}.`, {
    details: { lengthBytes, maxBytes },
  })
}
