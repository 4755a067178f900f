import { strFromU8, unzipSync } from 'fflate'
import { describe, expect, it } from 'vitest'
import { concat } from '../../codec/concat.ts'
import type { ExportHead, ExportMessage, ExportSource } from './export-message.ts'
import { type ExportRequest, exportSpan } from './export-span.ts'

const HEAD: ExportHead = {
  communityId: '0x02ab',
  communityName: 'Readers <script>alert(1)</script> & Co/..',
  fromMs: Date.UTC(2020, 0, 1),
  toMs: Date.UTC(2020, 1, 1),
  channels: [
    { id: 'c1', name: 'general' },
    { id: 'c2', name: 'quiet' },
  ],
  gaps: [{ fromMs: Date.UTC(2020, 0, 8), toMs: Date.UTC(2020, 0, 15), why: 'Nobody has it.' }],
}

function message(n: number, extra: Partial<ExportMessage> = {}): ExportMessage {
  return {
    id: `0x${n}`,
    channelId: 'c1',
    author: { key: '0x04', name: 'Ana', isImported: false },
    atMs: Date.UTC(2020, 0, 1, 12, n),
    text: `text ${n}`,
    signature: 'author',
    isDeleted: false,
    isEdited: false,
    isPinned: false,
    reactions: [],
    attachments: [],
    ...extra,
  }
}

const PICTURE = {
  index: 0,
  kind: 'image',
  name: '"><img src=x onerror=alert(1)>',
  mediaType: 'image/png',
  isHere: true,
} as const
const MESSAGES = [
  message(1, { text: '<img src="https://evil.example/x" onerror="alert(1)">\nsecond & line', isEdited: true }),
  message(2, {
    replyTo: { messageId: '0x1', authorName: '<i>Ana</i>', text: 'text' },
    reactions: [{ emoji: '👍', count: 2 }],
    attachments: [
      PICTURE,
      { ...PICTURE, index: 1, name: 'x.svg', mediaType: 'image/svg+xml' },
      { ...PICTURE, index: 2, name: 'far', isHere: false, remoteUrl: 'https://example.org/a?b="c"' },
      { ...PICTURE, index: 3, name: 'bad', isHere: false, remoteUrl: 'javascript:alert(1)' },
    ],
  }),
  message(3, { text: 'secret', isDeleted: true, attachments: [PICTURE] }),
]

const SOURCE: ExportSource = {
  head: HEAD,
  async *messages(channelId) {
    if (channelId === 'c1') yield* MESSAGES
  },
  attachment: async () => Uint8Array.of(1, 2, 3),
}

async function bytesOf(request: ExportRequest, signal?: AbortSignal): Promise<Uint8Array> {
  const pieces: Uint8Array[] = []
  for await (const piece of exportSpan(request).bytes({ signal })) pieces.push(piece)
  return concat(...pieces)
}

describe('a span as a file', () => {
  it('in HTML shows what was written as text, and loads nothing', async () => {
    const html = strFromU8(await bytesOf({ format: 'html', source: SOURCE }))
    expect(html).not.toMatch(
      /<script|<i>|<img src=(?!"data:image\/png;base64,AQID")|href="(?!#|https:\/\/example\.org)/u,
    )
    expect(html).toContain(
      '&lt;img src=&quot;https://evil.example/x&quot; onerror=&quot;alert(1)&quot;&gt;\nsecond &amp; line',
    )
    expect(html).toContain('<img src="data:image/png;base64,AQID" alt="&quot;&gt;&lt;img')
    expect(html).toContain('href="https://example.org/a?b=&quot;c&quot;" rel="noopener noreferrer nofollow"')
    expect(html).toContain("content=\"default-src 'none';")
    expect(html).toContain('<a href="#m-0x1">')
    expect(html).toContain('2020-01-08 to 2020-01-15: Nobody has it.')
    expect(html).toContain('This message was deleted.')
    expect(html).not.toContain('secret')
    expect(html).toContain('Nothing is held of this channel')
  })

  it('in JSON is whole and can be read back', async () => {
    const read = JSON.parse(strFromU8(await bytesOf({ format: 'json', source: SOURCE }))) as {
      messages: Record<string, unknown>[]
    }
    expect(read).toMatchObject({
      format: 'quire-history',
      version: 1,
      community: { id: '0x02ab' },
      channels: HEAD.channels,
    })
    expect(read.messages.map(({ id }) => id)).toEqual(['0x1', '0x2', '0x3'])
    expect(read.messages[1]).toMatchObject({
      time: '2020-01-01T12:02:00.000Z',
      replyTo: '0x1',
      reactions: [{ emoji: '👍', count: 2 }],
    })
    expect(read.messages[1]?.['attachments']).toMatchObject([{ base64: 'AQID' }, {}, { url: expect.anything() }, {}])
  })

  it('of archives is a ZIP with their very bytes, the same each time', async () => {
    const archive = { archiveId: '0xaa', cid: 'zDvA', fromMs: HEAD.fromMs, toMs: HEAD.toMs }
    const archives = [{ ...archive, read: async () => Uint8Array.of(9, 8, 7) }]
    const request: ExportRequest = { format: 'archives', head: HEAD, index: Uint8Array.of(1), archives }
    const bytes = await bytesOf(request)
    const files = unzipSync(bytes)
    expect(files['index']).toEqual(Uint8Array.of(1))
    expect(files['archives/2020-01-01 0xaa.bin']).toEqual(Uint8Array.of(9, 8, 7))
    expect(JSON.parse(strFromU8(files['about.json'] ?? new Uint8Array()))).toMatchObject({
      archives: [{ cid: 'zDvA' }],
    })
    expect(await bytesOf(request)).toEqual(bytes)
  })

  it('has a name that can be saved', () => {
    expect(exportSpan({ format: 'html', source: SOURCE })).toMatchObject({
      name: 'Readers scriptalert1script Co 2020-01-01 to 2020-02-01.html',
      mediaType: 'text/html',
    })
  })

  it('ends at an abort', async () => {
    await expect(bytesOf({ format: 'json', source: SOURCE }, AbortSignal.abort())).rejects.toThrow('aborted')
  })
})
