import { describe, expect, it } from 'vitest'
import { readAll } from './testing/read-all.ts'

const LIST = [
  'From ana@example.org Wed Jan  1 12:00:00 2020',
  'From: =?utf-8?Q?An=C3=A1?= <ana@example.org>',
  'Subject: =?utf-8?B?QsO8Y2hlcg==?=',
  ' and more',
  'Date: Wed, 1 Jan 2020 12:00:00 +0200 (EET)',
  'Message-ID: <one@example.org>',
  'Content-Type: multipart/mixed; boundary="=_b"',
  '',
  'for old readers',
  '--=_b',
  'Content-Type: text/plain; charset=iso-8859-1',
  'Content-Transfer-Encoding: quoted-printable',
  '',
  'Gr=FC=DFe,=',
  ' all.',
  '>From here on: text.',
  '--=_b',
  'Content-Type: image/png; name="a.png"',
  'Content-Transfer-Encoding: base64',
  'Content-Disposition: attachment; filename="a b.png"',
  '',
  'AQID',
  '--=_b--',
  '',
  'From ben@example.org Thu Jan  2 12:00:00 2020',
  'From: ben at example.org (Ben)',
  'Subject: Re: Bücher',
  'Date: Thu, 2 Jan 2020 12:00:00 +0000',
  'Message-ID: <two@example.org>',
  'In-Reply-To: <one@example.org>',
  '',
  'Yes.',
  '',
  'From nobody Thu Jan  2 13:00:00 2020',
  'From: carol@example.org',
  'Date: some day',
  '',
  'Lost in time.',
  '',
]

describe('an mbox', () => {
  it('becomes a channel with threads, texts and files', async () => {
    const read = await readAll({ 'archive/readers.mbox': LIST.join('\r\n') })
    expect(read.kind).toBe('mbox')
    expect(read.channels).toEqual([{ sourceId: 'readers', name: 'readers' }])
    expect(read.messages).toMatchObject([
      {
        sourceId: 'one@example.org',
        author: { sourceId: 'ana@example.org', name: 'Aná' },
        atMs: Date.UTC(2020, 0, 1, 10),
        text: '**Bücher and more**\n\nGrüße, all.\nFrom here on: text.',
        attachments: [{ name: 'a b.png', mediaType: 'image/png', bytes: Uint8Array.of(1, 2, 3) }],
      },
      { sourceId: 'two@example.org', author: { name: 'Ben' }, text: 'Yes.', replyTo: 'one@example.org' },
    ])
    expect(read.problems).toEqual([{ where: 'archive/readers.mbox, mail 3', what: 'It has no date that can be read.' }])
  })

  it('shows the words of a mail that has HTML alone', async () => {
    const mail = [
      'From x',
      'From: d@example.org',
      'Date: Thu, 2 Jan 2020 12:00:00 +0000',
      'Content-Type: text/html',
      '',
      '<style>p {}</style><p>One &amp; two</p><script>alert(1)</script><p>Three</p>',
    ]
    const read = await readAll({ 'x.mbox': mail.join('\n') })
    expect(read.messages).toMatchObject([{ author: { name: 'd' }, text: 'One & two\nThree' }])
  })
})
