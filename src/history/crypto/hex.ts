import { QuireError } from '../../errors.ts'

const DIGITS = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'))
const HEX = /^0x(?:[0-9a-f]{2})*$/u

/** “0x” and two lower-case digits a byte. */
export function toHex(bytes: Uint8Array): string {
  return hexAt(bytes, 0, bytes.byteLength)
}

/** The same of some of the bytes. */
export function hexAt(bytes: Uint8Array, start: number, count: number): string {
  let text = '0x'
  for (let i = start; i < start + count; i++) text += DIGITS[bytes[i] ?? 0]
  return text
}

/** The bytes of “0x…”, upper-case digits allowed. Errors: `ERR_MESSAGE_INVALID`. */
export function fromHex(text: string): Uint8Array<ArrayBuffer> {
  const lower = text.toLowerCase()
  if (!HEX.test(lower)) throw new QuireError('ERR_MESSAGE_INVALID', 'It is not “0x” and hex digits.')
  return Uint8Array.from({ length: lower.length / 2 - 1 }, (_, i) =>
    Number.parseInt(lower.slice(2 * i + 2, 2 * i + 4), 16),
  )
}
