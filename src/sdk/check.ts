/** What a program gave, looked at before the node hears of it: the message says which value it was and what is allowed. */
import { parseManifestCid } from '../codec/cid.ts'
import { parseShareLink } from '../codec/link.ts'
import { QuireError } from '../errors.ts'
import type { ByteRange } from '../rpc/api.ts'

const MIN_BLOCK_BYTES = 4_096
const MAX_BLOCK_BYTES = 524_288

export function invalid(message: string): QuireError {
  return new QuireError('ERR_ARGUMENT_INVALID', message)
}

/** Errors: `ERR_ARGUMENT_INVALID`. */
export function checkText(text: unknown, what: string): asserts text is string {
  if (typeof text !== 'string') throw invalid(`${what} is a text, not ${kindOf(text)}.`)
}

/** The dataset that a link or CID names. Errors: `ERR_ARGUMENT_INVALID`, `ERR_LINK_INVALID`, `ERR_CID_INVALID`, `ERR_CID_WRONG_KIND`. */
export function cidOfLink(link: unknown): string {
  checkText(link, 'A link or CID')
  return parseShareLink(link).cid.toString()
}

/** Errors: `ERR_ARGUMENT_INVALID`, `ERR_CID_INVALID`, `ERR_CID_WRONG_KIND`. */
export function checkCid(cid: unknown): string {
  checkText(cid, 'A CID')
  return parseManifestCid(cid).toString()
}

/** Errors: `ERR_RANGE_INVALID`. */
export function checkRange(range: ByteRange | undefined): void {
  if (range === undefined) return
  const { startByte, endByte } = range
  if (Number.isSafeInteger(startByte) && Number.isSafeInteger(endByte) && startByte >= 0 && startByte <= endByte) return
  throw new QuireError('ERR_RANGE_INVALID', `There are no bytes from ${startByte} to ${endByte}.`)
}

/** Errors: `ERR_ARGUMENT_INVALID`. */
export function checkBlockSize(sizeBytes: number | undefined): void {
  if (sizeBytes === undefined) return
  const isAllowed = Number.isInteger(sizeBytes) && sizeBytes >= MIN_BLOCK_BYTES && sizeBytes <= MAX_BLOCK_BYTES
  if (isAllowed && Number.isInteger(Math.log2(sizeBytes))) return
  throw invalid(`“blockSizeBytes” is a power of two from ${MIN_BLOCK_BYTES} to ${MAX_BLOCK_BYTES}, not ${sizeBytes}.`)
}

export function kindOf(value: unknown): string {
  if (value === null) return 'null'
  if (typeof value !== 'object') return typeof value === 'undefined' ? 'undefined' : `a ${typeof value}`
  return value.constructor?.name ?? 'an object'
}
