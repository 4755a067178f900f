import { strToU8, zipSync } from 'fflate'
import { describe, expect, it } from 'vitest'
import { plainSlackText } from './slack-markup.ts'
import { readAll } from './testing/read-all.ts'

const DAY = [
  {
    type: 'message',
    user: 'U1',
    text: 'Hello <@U2>, see <#C2|books> &amp; <https://example.org|this>',
    ts: '1577836800.000200',
    thread_ts: '1577836800.000200',
  },
  {
    type: 'message',
    user: 'U2',
    text: 'An *answer*',
    ts: '1577836900.000100',
    thread_ts: '1577836800.000200',
    edited: { ts: '1577837000.000000' },
    reactions: [{ name: '+1::skin-tone-2', users: ['U1'], count: 1 }],
  },
  { type: 'message', subtype: 'tombstone', user: 'U1', text: 'This message was deleted.', ts: '1577836950.000100' },
  {
    type: 'message',
    user: 'U9',
    text: '',
    ts: '1577836960.000100',
    pinned_to: ['C1'],
    user_profile: { real_name: 'Guest' },
    files: [
      {
        id: 'F1',
        name: 'plan.pdf',
        mimetype: 'application/pdf',
        size: 99,
        url_private: 'https://files.example.org/plan.pdf',
      },
    ],
  },
]

function files(prefix = ''): Record<string, Uint8Array> {
  const json = (value: unknown): Uint8Array => strToU8(JSON.stringify(value))
  return {
    // The people come last: a reader from front to back would not know them in time.
    [`${prefix}general/2020-01-01.json`]: json(DAY),
    [`${prefix}secret/2020-01-01.json`]: json(DAY),
    [`${prefix}channels.json`]: json([
      { id: 'C1', name: 'general', topic: { value: 'All' } },
      { id: 'C2', name: 'books' },
    ]),
    [`${prefix}dms.json`]: json([{ id: 'D1', members: ['U1', 'U2'] }]),
    [`${prefix}users.json`]: json([
      { id: 'U1', name: 'ana', profile: { display_name: 'Ana', image_72: 'https://example.org/ana.png' } },
      { id: 'U2', name: 'ben', profile: { display_name: '', real_name: 'Ben B.' } },
    ]),
  }
}

describe('a Slack export', () => {
  it('becomes channels, messages and threads', async () => {
    const read = await readAll({ 'slack.zip': zipSync(files('Readers export/')) })
    expect(read.kind).toBe('slack')
    expect(read.channels).toEqual([{ sourceId: 'C1', name: 'general', topic: 'All' }])
    expect(read.messages).toMatchObject([
      {
        sourceId: '1577836800.000200',
        channelId: 'C1',
        author: { sourceId: 'U1', name: 'Ana', avatarUrl: 'https://example.org/ana.png' },
        atMs: 1_577_836_800_000,
        text: 'Hello @Ben B., see #books & this (https://example.org)',
        replyTo: undefined,
      },
      {
        author: { name: 'Ben B.' },
        text: 'An **answer**',
        replyTo: '1577836800.000200',
        editedAtMs: 1_577_837_000_000,
        reactions: [{ emoji: '+1', count: 1 }],
      },
      {
        author: { name: 'Guest' },
        isPinned: true,
        attachments: [{ name: 'plan.pdf', mediaType: 'application/pdf', sizeBytes: 99 }],
      },
    ])
  })

  it('leaves out what is private or was deleted, and says so', async () => {
    const read = await readAll({ 'slack.zip': zipSync(files()) })
    expect(read.problems).toEqual([
      { where: 'dms.json', what: '1 private conversations are left out: a community is public.' },
      { where: 'general/2020-01-01.json, message 2', what: 'It was deleted in Slack.' },
      { where: 'secret', what: 'It is not a public channel, so it is left out.' },
    ])
    expect(new Set(read.messages.map(({ channelId }) => channelId))).toEqual(new Set(['C1']))
  })

  it('is written in the marks of messages here', () => {
    const names = { people: new Map([['U1', 'Ana']]), channels: new Map([['C1', 'general']]) }
    const plain = (text: string): string => plainSlackText(text, names)
    expect(plain('*bold*, _slanted_ and ~gone~.')).toBe('**bold**, _slanted_ and ~~gone~~.')
    expect(plain('2*3*4 and `*code*` ```a *b* &lt;c&gt;```')).toBe('2*3*4 and `*code*` ```a *b* <c>```')
    expect(plain('<!here> <!subteam^S1|@team> <#C1> <@U1> <mailto:a@b.org|a@b.org>')).toBe(
      '@here @team #general @Ana a@b.org',
    )
  })
})
