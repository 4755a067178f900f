import { describe, expect, it } from 'vitest'
import { shownAs } from './file-kind.ts'

describe('how a stranger’s file is shown', () => {
  it.each([
    ['image/png', 'a.png', 'image', 'image/png'],
    ['image/svg+xml', 'a.svg', 'text', 'text/plain'],
    ['text/html', 'a.html', 'text', 'text/plain'],
    ['text/html;charset=utf-8', 'a.png', 'text', 'text/plain'],
    ['application/xhtml+xml', 'a.png', 'other', 'application/octet-stream'],
    ['application/pdf', 'a.pdf', 'other', 'application/octet-stream'],
    ['VIDEO/MP4; codecs=avc1', 'a', 'video', 'video/mp4'],
    ['audio/x-wav', 'a', 'audio', 'audio/wav'],
    [undefined, 'a.WEBM', 'video', 'video/webm'],
    ['application/octet-stream', 'a.html', 'text', 'text/plain'],
    ['application/octet-stream', 'a.exe', 'other', 'application/octet-stream'],
    [undefined, undefined, 'other', 'application/octet-stream'],
  ])('%s, %s: %s', (mediaType, name, kind, type) => {
    expect(shownAs({ mediaType, name })).toEqual({ kind, mediaType: type })
  })
})
