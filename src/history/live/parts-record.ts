/**
 * The envelopes of the newest link or description as one value: the envelope itself, or, of several, a nought (with which no
 * envelope begins) and each with its length, 4 bytes.
 */
import { concat } from '../../codec/concat.ts'

const MARK = 0
const LENGTH_BYTES = 4

export function writeParts(parts: readonly Uint8Array[]): Uint8Array {
  const [only] = parts
  if (only !== undefined && parts.length === 1) return only
  return concat(Uint8Array.of(MARK), ...parts.flatMap((part) => [lengthOf(part), part]))
}

export function readParts(value: Uint8Array): Uint8Array[] {
  if (value[0] !== MARK) return [value]
  const parts: Uint8Array[] = []
  for (let at = 1; at + LENGTH_BYTES <= value.byteLength;) {
    const length = new DataView(value.buffer, value.byteOffset + at).getUint32(0)
    parts.push(value.subarray(at + LENGTH_BYTES, at + LENGTH_BYTES + length))
    at += LENGTH_BYTES + length
  }
  return parts
}

function lengthOf(part: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(LENGTH_BYTES)
  new DataView(bytes.buffer).setUint32(0, part.byteLength)
  return bytes
}
