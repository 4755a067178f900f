import { describe, expect, it } from 'vitest'
import { readAll } from './testing/read-all.ts'

const MESSAGES = [
  {
    id: 1,
    type: 'service',
    date: '2020-01-01T12:00:00',
    date_unixtime: '1577880000',
    actor: 'Ana',
    actor_id: 'user1',
    action: 'create_group',
    title: 'Readers',
  },
  {
    id: 2,
    type: 'message',
    date: '2020-01-01T12:01:00',
    date_unixtime: '1577880060',
    edited_unixtime: '1577880090',
    from: 'Ana',
    from_id: 'user1',
    text: [
      'See ',
      { type: 'bold', text: 'this' },
      ': ',
      { type: 'text_link', text: 'page', href: 'https://example.org' },
      { type: 'pre', text: 'let a', language: 'ts' },
    ],
  },
  {
    id: 3,
    type: 'message',
    date: '2020-01-01T12:02:00',
    from: 'Ben',
    from_id: 'user2',
    reply_to_message_id: 2,
    photo: 'photos/p.jpg',
    width: 10,
    height: 10,
    text: '',
    reactions: [{ type: 'emoji', count: 2, emoji: '❤' }],
  },
  {
    id: 4,
    type: 'service',
    date: '2020-01-01T12:03:00',
    actor: 'Ana',
    actor_id: 'user1',
    action: 'pin_message',
    message_id: 3,
    text: '',
  },
  {
    id: 5,
    type: 'message',
    date: '2020-01-01T12:04:00',
    from: null,
    from_id: 'user3',
    file: '(File not included. Change data exporting settings to download.)',
    media_type: 'sticker',
    sticker_emoji: '🙂',
    text: '',
  },
]

describe('an export of Telegram Desktop', () => {
  it('becomes a channel and its messages, with photos that lie beside it', async () => {
    const read = await readAll({
      'chat/result.json': { name: 'Readers', type: 'private_supergroup', id: 42, messages: MESSAGES },
      'chat/photos/p.jpg': Uint8Array.of(1, 2),
    })
    expect(read.kind).toBe('telegram')
    expect(read.problems).toEqual([])
    expect(read.channels).toEqual([{ sourceId: '42', name: 'Readers' }])
    expect(read.messages).toMatchObject([
      { sourceId: '1', author: { name: 'Ana' }, text: 'create group Readers', atMs: 1_577_880_000_000 },
      { text: 'See **this**: page (https://example.org)\n```ts\nlet a\n```\n', editedAtMs: 1_577_880_090_000 },
      {
        author: { sourceId: 'user2', name: 'Ben' },
        replyTo: '2',
        attachments: [{ name: 'p.jpg', mediaType: 'image/jpeg', bytes: Uint8Array.of(1, 2) }],
        reactions: [{ emoji: '❤', count: 2 }],
      },
      { pins: '3', text: 'pin message' },
      { author: { name: 'Readers' }, text: '🙂', attachments: [{ name: 'file' }] },
    ])
  })

  it('leaves out the private conversations of an account', async () => {
    const text = [{ id: 1, type: 'message', date: '2020-01-01T12:00:00', from: 'Ana', from_id: 'user1', text: 'hi' }]
    const list = [
      { name: 'Ben', type: 'personal_chat', id: 1, messages: text },
      { name: 'Readers', type: 'public_supergroup', id: 2, messages: text },
    ]
    const read = await readAll({ 'result.json': { about: 'x', chats: { about: 'y', list }, left_chats: { list } } })
    expect(read.messages).toMatchObject([{ channelId: '2' }])
    expect(read.problems).toEqual([{ where: 'Ben', what: 'It is a private conversation, so it is left out.' }])
  })
})
