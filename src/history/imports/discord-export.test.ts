import { strToU8, zipSync } from 'fflate'
import { describe, expect, it } from 'vitest'
import { readAll } from './testing/read-all.ts'

const ANA = { id: '7', name: 'ana', discriminator: '0', nickname: 'Ana', avatarUrl: 'https://cdn.example.org/a.png' }

function message(id: string, extra: object = {}): object {
  return {
    id,
    type: 'Default',
    timestamp: '2020-01-01T12:00:00.5+02:00',
    timestampEdited: null,
    isPinned: false,
    content: `text ${id}`,
    author: ANA,
    attachments: [],
    reactions: [],
    ...extra,
  }
}

function channelExport(messages: readonly unknown[], channel: object = {}): object {
  return {
    guild: { id: '1', name: 'Readers' },
    channel: { id: '2', type: 'GuildTextChat', category: 'Books', name: 'general', topic: 'Everything', ...channel },
    messages,
    messageCount: messages.length,
  }
}

describe('an export of DiscordChatExporter', () => {
  it('becomes a channel and its messages', async () => {
    const read = await readAll({
      'general.json': channelExport([
        message('10'),
        message('11', {
          type: 'Reply',
          reference: { messageId: '10', channelId: '2', guildId: '1' },
          timestampEdited: '2020-01-01T10:05:00+00:00',
          isPinned: true,
          reactions: [{ emoji: { id: '', name: '👍', code: 'thumbsup' }, count: 3 }],
          attachments: [{ id: '5', url: 'https://cdn.example.org/p.png', fileName: 'p.png', fileSizeBytes: 12 }],
        }),
      ]),
    })
    expect(read.kind).toBe('discord')
    expect(read.problems).toEqual([])
    expect(read.channels).toEqual([{ sourceId: '2', name: 'general', topic: 'Everything', category: 'Books' }])
    expect(read.messages[0]).toMatchObject({
      sourceId: '10',
      channelId: '2',
      author: { sourceId: '7', name: 'Ana', avatarUrl: 'https://cdn.example.org/a.png' },
      atMs: Date.UTC(2020, 0, 1, 10, 0, 0, 500),
      text: 'text 10',
      isPinned: false,
    })
    expect(read.messages[1]).toMatchObject({
      replyTo: '10',
      editedAtMs: Date.UTC(2020, 0, 1, 10, 5),
      isPinned: true,
      reactions: [{ emoji: '👍', count: 3 }],
      attachments: [
        {
          name: 'p.png',
          mediaType: 'image/png',
          sizeBytes: 12,
          url: 'https://cdn.example.org/p.png',
        },
      ],
    })
  })

  it('takes files that lie beside it into the message', async () => {
    const attachments = [{ id: '5', url: 'general_Files/my%20photo.png', fileName: 'my photo.png', fileSizeBytes: 3 }]
    const zip = zipSync({
      'out/general.json': strToU8(JSON.stringify(channelExport([message('10', { attachments })]))),
      'out/general_Files/my photo.png': Uint8Array.of(1, 2, 3),
    })
    const read = await readAll({ 'export.zip': zip })
    expect(read.messages[0]?.attachments).toEqual([
      { name: 'my photo.png', mediaType: 'image/png', sizeBytes: 3, url: undefined, bytes: Uint8Array.of(1, 2, 3) },
    ])
  })

  it('names a thread after the channel that it hangs on', async () => {
    const thread = { id: '9', type: 'GuildPublicThread', category: 'general', name: 'a question' }
    const read = await readAll({ 'thread.json': channelExport([message('10')], thread) })
    expect(read.channels[0]).toMatchObject({ name: 'general › a question', category: undefined })
  })

  it('reads what bots say in embeds, stickers and forwarded messages', async () => {
    const read = await readAll({
      'x.json': channelExport([
        message('1', {
          content: '',
          embeds: [{ title: 'News', url: 'https://example.org', description: 'It rains.' }],
        }),
        message('2', { content: '', stickers: [{ id: '1', name: 'wave' }] }),
        message('3', { content: '', forwardedMessage: { content: 'said elsewhere' } }),
      ]),
    })
    expect(read.messages.map(({ text }) => text)).toEqual([
      'News\nhttps://example.org\nIt rains.',
      '[sticker: wave]',
      'said elsewhere',
    ])
  })

  it('lists what cannot be read and reads the rest', async () => {
    const whole = JSON.stringify(
      channelExport([message('1'), { id: '2' }, 'nonsense', message('3', { content: '' }), message('4')]),
    )
    const cut = JSON.stringify(channelExport([message('5'), message('6')], { id: '3' })).slice(0, -200)
    const read = await readAll({ 'a.json': whole, 'b.json': cut })
    expect(read.messages.map(({ sourceId }) => sourceId)).toEqual(['1', '4', '5'])
    expect(read.problems).toEqual([
      { where: 'a.json, message 2', what: 'It has no id or no time.' },
      { where: 'a.json, message 2', what: 'It has no id or no time.' },
      { where: 'a.json, message 3', what: 'It has no text and no files.' },
      { where: 'b.json', what: expect.stringContaining('The file ends in the middle.') },
    ])
  })
})
