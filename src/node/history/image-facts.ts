/** What a picture says of itself in its first bytes: enough for a message, without decoding it. */
import { IMAGE_FORMAT } from '../../codec/history/chat.ts'

export interface ImageFacts {
  /** One of `IMAGE_FORMAT`. */
  readonly format: number
  /** 0 where it is not to be seen without decoding. */
  readonly width: number
  readonly height: number
}

/** PNG, JPEG, WebP and GIF; undefined for everything else. Sources: their specifications. */
export function imageFacts(bytes: Uint8Array): ImageFacts | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  if (startsWith(bytes, '\x89PNG\r\n\x1a\n') && bytes.byteLength >= 24) {
    return { format: IMAGE_FORMAT.png, width: view.getUint32(16), height: view.getUint32(20) }
  }
  if (startsWith(bytes, 'GIF8') && bytes.byteLength >= 10) {
    return { format: IMAGE_FORMAT.gif, width: view.getUint16(6, true), height: view.getUint16(8, true) }
  }
  if (startsWith(bytes, '\xff\xd8\xff')) return { format: IMAGE_FORMAT.jpeg, ...jpegSize(view) }
  if (startsWith(bytes, 'RIFF') && startsWith(bytes.subarray(8), 'WEBP')) {
    return { format: IMAGE_FORMAT.webp, ...webpSize(bytes, view) }
  }
  return undefined
}

function startsWith(bytes: Uint8Array, text: string): boolean {
  return (
    bytes.byteLength >= text.length && Array.from(text).every((character, i) => bytes[i] === character.charCodeAt(0))
  )
}

/** The first frame header among the segments. Source: ITU-T T.81, B.1 and B.2.2. */
function jpegSize(view: DataView): { width: number; height: number } {
  let at = 2
  while (at + 9 < view.byteLength) {
    const marker = view.getUint8(at + 1)
    const isFrame = marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc
    if (view.getUint8(at) !== 0xff) break
    if (isFrame) return { height: view.getUint16(at + 5), width: view.getUint16(at + 7) }
    at += 2 + view.getUint16(at + 2)
  }
  return { width: 0, height: 0 }
}

/** Source: RFC 9649, the three kinds of first chunk. */
function webpSize(bytes: Uint8Array, view: DataView): { width: number; height: number } {
  const kind = bytes.subarray(12)
  if (startsWith(kind, 'VP8X') && bytes.byteLength >= 30) {
    const uint24 = (at: number): number => view.getUint16(at, true) | (view.getUint8(at + 2) << 16)
    return { width: 1 + uint24(24), height: 1 + uint24(27) }
  }
  if (startsWith(kind, 'VP8L') && bytes.byteLength >= 25) {
    const bits = view.getUint32(21, true)
    return { width: 1 + (bits & 0x3fff), height: 1 + ((bits >>> 14) & 0x3fff) }
  }
  if (startsWith(kind, 'VP8 ') && bytes.byteLength >= 30) {
    return { width: view.getUint16(26, true) & 0x3fff, height: view.getUint16(28, true) & 0x3fff }
  }
  return { width: 0, height: 0 }
}
