import { describe, expect, it } from 'vitest'
import { contentDisposition } from './disposition.ts'
import { safeMedia } from './safe-media.ts'

const TEXT = { contentType: 'text/plain; charset=utf-8', isShown: true, isPlayed: false }
const SAVED = { contentType: 'application/octet-stream', isShown: false, isPlayed: false }

describe('what content of peers is shown as', () => {
  it.each([
    ['image/png', false],
    ['IMAGE/JPEG', false],
    [' image/webp ; charset=x', false],
    ['video/mp4; codecs="avc1"', true],
    ['audio/ogg', true],
  ])('shows %s as it is', (mediaType, isPlayed) => {
    const contentType = mediaType.split(';')[0]?.trim().toLowerCase()
    expect(safeMedia({ mediaType })).toEqual({ contentType, isShown: true, isPlayed })
  })

  it.each([
    'text/html',
    'TEXT/HTML; charset=utf-7',
    'application/xhtml+xml',
    'image/svg+xml',
    'text/xml',
    'application/xml',
    'application/mathml+xml',
    'text/javascript',
    'application/javascript',
    'text/css',
    'application/json',
    'application/ld+json',
    'text/plain',
    'text/anything at all',
  ])('shows %s as text only', (mediaType) => {
    expect(safeMedia({ mediaType })).toEqual(TEXT)
  })

  it.each([
    'application/pdf',
    'application/x-shockwave-flash',
    'multipart/x-mixed-replace; boundary=a',
    'application/octet-stream',
    'application/wasm',
    'image/anything',
    'video/mp4\r\nX-Evil: 1',
    'text',
    '/',
    '',
    'constructor',
    'message/rfc822',
  ])('only saves %j', (mediaType) => {
    expect(safeMedia({ mediaType })).toEqual(SAVED)
  })

  it.each([
    ['holiday.MP4', 'video/mp4'],
    ['a.b.png', 'image/png'],
    ['page.html', 'application/octet-stream'],
    ['x.constructor', 'application/octet-stream'],
    ['noending', 'application/octet-stream'],
  ])('takes the type of “%s” from its ending where the manifest says none', (name, contentType) => {
    expect(safeMedia({ name })).toMatchObject({ contentType })
  })

  it('believes the manifest before the ending', () => {
    expect(safeMedia({ mediaType: 'text/html', name: 'picture.png' })).toEqual(TEXT)
  })
})

describe('the name in a header', () => {
  it.each([
    ['plain.txt', `inline; filename="plain.txt"; filename*=UTF-8''plain.txt`],
    [
      'Übung für 你好.pdf',
      `inline; filename="_bung f_r __.pdf"; filename*=UTF-8''%C3%9Cbung%20f%C3%BCr%20%E4%BD%A0%E5%A5%BD.pdf`,
    ],
    [`it's (1)*.txt`, `inline; filename="it's (1).txt"; filename*=UTF-8''it%27s%20%281%29.txt`],
    ['50%41.txt', `inline; filename="50_41.txt"; filename*=UTF-8''50%2541.txt`],
    ['a\r\nSet-Cookie: x=1', `inline; filename="aSet-Cookie x=1"; filename*=UTF-8''aSet-Cookie%20x%3D1`],
    ['"; filename=evil.exe', `inline; filename="; filename=evil.exe"; filename*=UTF-8''%3B%20filename%3Devil.exe`],
    ['../../etc/passwd', `inline; filename="passwd"; filename*=UTF-8''passwd`],
    ['photo\u202Egpj.exe', `inline; filename="photogpj.exe"; filename*=UTF-8''photogpj.exe`],
    ['\uD800', `inline; filename="_"; filename*=UTF-8''%EF%BF%BD`],
    ['', `inline; filename="download"; filename*=UTF-8''download`],
  ])('writes %j', (name, expected) => {
    const header = contentDisposition('inline', name)

    expect(header).toBe(expected)
    expect(() => new Headers({ 'Content-Disposition': header })).not.toThrow()
  })
})
