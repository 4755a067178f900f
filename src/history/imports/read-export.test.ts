import { describe, expect, it } from 'vitest'
import { openExport } from './read-export.ts'
import { allOf } from './testing/all-of.ts'
import { blobsOf, readAll } from './testing/read-all.ts'

const MIB = 1024 * 1024

function lines(count: number, channel = 'general'): string {
  return Array.from({ length: count }, (_, i) =>
    JSON.stringify({ channel, id: i, author: 'Ana', time: 1_577_836_800 + i, text: `message ${i} of ${channel}` }),
  ).join('\n')
}

describe('an export', () => {
  it('is read as JSON lines, with everything that they may say', async () => {
    const line = {
      channel: 'books',
      channelTopic: 'Reading',
      category: 'Culture',
      id: 'a',
      author: 'Ana',
      authorId: '7',
      time: '2020-01-01T10:00:00',
      edited: 1_577_880_000_000,
      text: 'Hello',
      replyTo: 'b',
      pinned: true,
      attachments: [
        { name: 'p.png', base64: 'AQID' },
        { name: 'q.pdf', url: 'javascript:alert(1)' },
      ],
      reactions: [{ emoji: '👍', count: 2 }],
    }
    const read = await readAll({ 'x.jsonl': `${JSON.stringify(line)}\n\nnot json\n{"time":1577836800}` })
    expect(read.channels).toEqual([{ sourceId: 'books', name: 'books', topic: 'Reading', category: 'Culture' }])
    expect(read.messages).toMatchObject([
      {
        atMs: Date.UTC(2020, 0, 1, 10),
        editedAtMs: 1_577_880_000_000,
        replyTo: 'b',
        isPinned: true,
        attachments: [
          { mediaType: 'image/png', bytes: Uint8Array.of(1, 2, 3) },
          { mediaType: 'application/pdf', url: undefined },
        ],
      },
    ])
    expect(read.problems.map(({ where }) => where)).toEqual(['x.jsonl, line 3', 'x.jsonl, line 4'])
  })

  it('goes on after a mark and gives the rest, each message once', async () => {
    const files = { 'a.jsonl': lines(700, 'a'), 'b.jsonl': lines(900, 'b') }
    const whole = await readAll(files)
    expect(whole.batches.map(({ messages }) => messages.length)).toEqual([500, 500, 500, 100])
    for (const [i, { mark }] of whole.batches.entries()) {
      const rest = await readAll(files, mark)
      expect(rest.messages).toEqual(whole.batches.slice(i + 1).flatMap(({ messages }) => messages))
      expect(rest.readBytes).toBe(rest.totalBytes)
    }
  })

  it('is refused where nobody knows its kind', async () => {
    await expect(readAll({ 'notes.txt': 'Dear diary' })).rejects.toMatchObject({ code: 'ERR_IMPORT_UNKNOWN' })
    await expect(readAll({ 'x.json': { some: 'thing' } })).rejects.toMatchObject({ code: 'ERR_IMPORT_UNKNOWN' })
  })

  it('is refused with the first reason where not one message can be read', async () => {
    const text = '{"time": "never", "text": "x"}\n'
    await expect(readAll({ 'x.jsonl': text })).rejects.toMatchObject({
      code: 'ERR_IMPORT_INVALID',
      message: expect.stringContaining('x.jsonl, line 1: It has no “time”'),
    })
  })

  it('stops at an abort', async () => {
    const controller = new AbortController()
    const opened = await openExport(blobsOf({ 'x.jsonl': lines(2000) }))
    const batches = opened.batches({ signal: controller.signal })
    await batches.next()
    controller.abort()
    await expect(batches.next()).rejects.toThrow('aborted')
  })

  it('of 64 MiB is never in memory as a whole', async () => {
    const { sizeBytes, messageCount, mostBytesAhead } = await readLarge(64 * MIB)
    expect(sizeBytes).toBeGreaterThanOrEqual(64 * MIB)
    expect(messageCount).toBeGreaterThan(100_000)
    // Pulled, never pushed: what was given and not yet handed on is one piece and one batch.
    expect(mostBytesAhead).toBeLessThan(MIB)
  })
})

/** A Discord export that is made as it is read. */
async function readLarge(sizeBytes: number) {
  const encoder = new TextEncoder()
  const given = { bytes: 0 }
  const message = (id: number): string =>
    `{"id":"${id}","type":"Default","timestamp":"2020-01-01T00:00:00+00:00","content":"${'word '.repeat(80)}","author":{"id":"1","name":"ana"},"attachments":[],"reactions":[]}`
  const pieces = function* pieces(): Generator<Uint8Array<ArrayBuffer>> {
    yield encoder.encode('{"guild":{"id":"1"},"channel":{"id":"2","name":"general"},"messages":[')
    let id = 0
    for (let bytes = 0; bytes < sizeBytes; id += 128) {
      const text = Array.from({ length: 128 }, (_, i) => message(id + i)).join(',')
      bytes += text.length
      yield encoder.encode(id === 0 ? text : `,${text}`)
    }
    yield encoder.encode('],"messageCount":1}')
  }
  // A blob in all that is used of it: its bytes exist only while they are read.
  const source = (): ReadableStream<Uint8Array<ArrayBuffer>> => {
    const all = pieces()
    return new ReadableStream(
      {
        pull(controller) {
          const { value, done } = all.next()
          if (done === true) return controller.close()
          given.bytes += value.byteLength
          controller.enqueue(value)
        },
      },
      { highWaterMark: 0 },
    )
  }
  const head = '{"guild":{}}'
  const blob = { size: sizeBytes, slice: () => new Blob([head]), stream: source } as unknown as Blob
  const opened = await openExport([{ path: 'large.json', blob }], { kind: 'discord' })
  let messageCount = 0
  let mostBytesAhead = 0
  for await (const { messages } of opened.batches()) {
    messageCount += messages.length
    mostBytesAhead = Math.max(mostBytesAhead, given.bytes - messageCount * 560)
  }
  await allOf([])
  return { sizeBytes: given.bytes, messageCount, mostBytesAhead }
}
