/** Small pictures without a camera: bands of colour as a PNG of some hundred bytes. Source: W3C PNG, third edition. */
import { zlibSync } from 'fflate'
import type { Random } from './random.ts'

const SIGNATURE = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a)
const TRUE_COLOUR = 2
const SIZES = [64, 96, 128] as const
const CRC_TABLE = Uint32Array.from({ length: 256 }, (_, n) => {
  let crc = n
  for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? 0xedb88320 ^ (crc >>> 1) : crc >>> 1
  return crc
})

export interface SamplePicture {
  readonly png: Uint8Array
  readonly width: number
  readonly height: number
}

export function samplePicture(random: Random): SamplePicture {
  const width = random.pick(SIZES)
  const height = random.pick(SIZES)
  const from = [random.below(256), random.below(256), random.below(256)]
  const to = [random.below(256), random.below(256), random.below(256)]
  const bands = 3 + random.below(9)
  const rows = new Uint8Array(height * (1 + 3 * width))
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const share = Math.floor(((x + y) / (width + height)) * bands) / bands
      for (let c = 0; c < 3; c++) {
        rows[y * (1 + 3 * width) + 1 + 3 * x + c] = (from[c] ?? 0) * (1 - share) + (to[c] ?? 0) * share
      }
    }
  }
  const header = new Uint8Array(13)
  const view = new DataView(header.buffer)
  view.setUint32(0, width)
  view.setUint32(4, height)
  header[8] = 8
  header[9] = TRUE_COLOUR
  const parts = [SIGNATURE, chunk('IHDR', header), chunk('IDAT', zlibSync(rows)), chunk('IEND', new Uint8Array())]
  const png = new Uint8Array(parts.reduce((sum, { byteLength }) => sum + byteLength, 0))
  let at = 0
  for (const part of parts) {
    png.set(part, at)
    at += part.byteLength
  }
  return { png, width, height }
}

function chunk(type: string, data: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(12 + data.byteLength)
  const view = new DataView(bytes.buffer)
  view.setUint32(0, data.byteLength)
  bytes.set(new TextEncoder().encode(type), 4)
  bytes.set(data, 8)
  let crc = 0xffffffff
  for (const byte of bytes.subarray(4, 8 + data.byteLength)) crc = (CRC_TABLE[(crc ^ byte) & 0xff] ?? 0) ^ (crc >>> 8)
  view.setUint32(8 + data.byteLength, (crc ^ 0xffffffff) >>> 0)
  return bytes
}
