import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { IMAGE_FORMAT } from '../../codec/history/chat.ts'
import { imageFacts } from './image-facts.ts'

const ascii = (text: string): number[] => Array.from(text).map((character) => character.charCodeAt(0))
const padded = (bytes: readonly number[], length: number): Uint8Array => {
  const whole = new Uint8Array(length)
  whole.set(bytes)
  return whole
}

describe('the first bytes of a picture', () => {
  it('say of a PNG how large it is', () => {
    const png = [0x89, ...ascii('PNG\r\n\x1a\n'), 0, 0, 0, 13, ...ascii('IHDR'), 0, 0, 2, 0, 0, 0, 1, 0x2c]
    expect(imageFacts(padded(png, 40))).toEqual({ format: IMAGE_FORMAT.png, width: 512, height: 300 })
  })

  it('say of a GIF how large it is', () => {
    expect(imageFacts(padded([...ascii('GIF89a'), 0x40, 1, 0xf0, 0], 20))).toEqual({
      format: IMAGE_FORMAT.gif,
      width: 320,
      height: 240,
    })
  })

  it('say of a JPEG how large it is, behind other segments', () => {
    const app0 = [0xff, 0xe0, 0, 16, ...ascii('JFIF'), ...Array.from({ length: 10 }, () => 0)]
    const frame = [0xff, 0xc2, 0, 17, 8, 0, 100, 0, 200]
    const jpeg = padded([0xff, 0xd8, ...app0, ...frame], 60)
    expect(imageFacts(jpeg)).toEqual({ format: IMAGE_FORMAT.jpeg, width: 200, height: 100 })
    expect(imageFacts(padded([0xff, 0xd8, 0xff, 0xd9], 20))).toMatchObject({ width: 0, height: 0 })
  })

  it('say of all three kinds of WebP how large they are', () => {
    const riff = (...chunk: number[]): Uint8Array =>
      padded([...ascii('RIFF'), 0, 0, 0, 0, ...ascii('WEBP'), ...chunk], 40)
    const facts = { format: IMAGE_FORMAT.webp, width: 400, height: 301 }
    expect(imageFacts(riff(...ascii('VP8X'), 10, 0, 0, 0, 0, 0, 0, 0, 0x8f, 1, 0, 0x2c, 1, 0))).toEqual(facts)
    const bits = (399 | (300 << 14)) >>> 0
    const lossless = [0, 0, 0, 0, 0x2f, bits & 255, (bits >>> 8) & 255, (bits >>> 16) & 255, bits >>> 24]
    expect(imageFacts(riff(...ascii('VP8L'), ...lossless))).toEqual(facts)
    const lossy = [0, 0, 0, 0, 0, 0, 0, 0x9d, 1, 0x2a, 0x90, 1, 0x2d, 1]
    expect(imageFacts(riff(...ascii('VP8 '), ...lossy))).toEqual(facts)
  })

  it('say of anything else that it is no picture, and never fail', () => {
    expect(imageFacts(new TextEncoder().encode('<svg onload="x">'))).toBeUndefined()
    const heads = fc.constantFrom('GIF8', '\x89PNG\r\n\x1a\n', '\xff\xd8\xff', 'RIFF1234WEBPVP8X', 'RIFF1234WEBPVP8 ')
    fc.assert(
      fc.property(heads, fc.uint8Array({ maxLength: 40 }), (head, tail) => {
        imageFacts(Uint8Array.from([...ascii(head), ...tail]))
      }),
    )
  })
})
