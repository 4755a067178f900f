import { describe, expect, it } from 'vitest'
import type { ArchiveView, FollowState, ImportView } from '../../rpc/history-api.ts'
import { viewOfError } from '../../rpc/errors.ts'
import { QuireError } from '../../errors.ts'
import { DAY_MS } from '../format/time.ts'
import {
  formatSpan,
  isImportRunning,
  nameOf,
  wordsOfArchive,
  wordsOfFollow,
  wordsOfImport,
  wordsOfPublish,
} from './community-words.ts'

const NOW_MS = new Date(2026, 7, 20, 12).getTime()
const ERROR = viewOfError(new QuireError('ERR_INDEX_INVALID', 'The list cannot be read.'))

describe('the words of following', () => {
  it.each([
    [{ state: 'looking', askedPeers: 1 }, 'Looking for its newest link (1 peer asked)', 'plain'],
    [{ state: 'fetching', doneArchives: 3, wantedArchives: 1200 }, 'Fetching history, 3 of 1,200 archives', 'plain'],
    [{ state: 'up-to-date', checkedAtMs: NOW_MS }, 'Up to date', 'verified'],
    [{ state: 'waiting', reason: 'missing-key' }, 'Waiting for a key', 'waiting'],
    [{ state: 'nothing-published' }, 'Nothing published yet', 'plain'],
    [{ state: 'failed', error: ERROR }, 'Could not go on', 'failed'],
  ] as const satisfies readonly [FollowState, string, string][])('say of %j: %s', (follow, text, tone) => {
    expect(wordsOfFollow(follow, NOW_MS)).toMatchObject({ text, tone })
  })

  it('give a reason of their own for everything that is waited for', () => {
    const reasons = ['nobody-has-link', 'nobody-has-index', 'nobody-has-archives', 'offline', 'missing-key'] as const
    const words = reasons.map((reason) => wordsOfFollow({ state: 'waiting', reason }, NOW_MS))
    expect(words.every(({ tone }) => tone === 'waiting')).toBe(true)
    expect(new Set(words.map(({ reason }) => reason)).size).toBe(reasons.length)
  })

  it('say when news were looked for, by day or by hour', () => {
    const reasonAt = (checkedAtMs: number) => wordsOfFollow({ state: 'up-to-date', checkedAtMs }, NOW_MS).reason
    expect(reasonAt(NOW_MS)).toContain('today at 12:00')
    expect(reasonAt(NOW_MS - 2 * DAY_MS)).toContain('on 18 Aug')
  })
})

describe('the words of publishing', () => {
  it('say what was and what comes', () => {
    expect(wordsOfPublish({ state: 'idle' }, NOW_MS).text).toBe('Not published yet.')
    const nextAtMs = NOW_MS + 4 * DAY_MS
    expect(wordsOfPublish({ state: 'idle', lastPublishedAtMs: NOW_MS, nextAtMs }, NOW_MS).text).toBe(
      'Published today at 12:00. The next archive is made on 24 Aug, while this page is open.',
    )
  })

  it('count archives while they are made', () => {
    const words = wordsOfPublish({ state: 'publishing', doneArchives: 0, totalArchives: 1 }, NOW_MS)
    expect(words.text).toBe('Publishing, 0 of 1 archive done')
  })
})

describe('the words of archives', () => {
  it('are green for what was checked, amber for what is waited for', () => {
    const states = ['held', 'fetching', 'known', 'missing-key', 'nobody-has-it', 'damaged'] as const
    const tones = states.map((state: ArchiveView['state']) => wordsOfArchive({ state }).tone)
    expect(tones).toEqual(['verified', 'plain', 'plain', 'waiting', 'waiting', 'failed'])
  })

  it('name a week by its first and last day', () => {
    expect(formatSpan({ fromMs: Date.UTC(2026, 7, 13), toMs: Date.UTC(2026, 7, 20) })).toMatch(/^13\s?–\s?19 Aug 2026$/)
    expect(formatSpan({ fromMs: 5, toMs: 5 })).toBe('1 Jan 1970')
  })
})

describe('the words of imports', () => {
  const item = { messageCount: 1200, channelCount: 1 } as const
  const words = (state: ImportView['state']) => wordsOfImport({ ...VIEW, ...item, state }).text
  const VIEW: ImportView = {
    id: 'i',
    communityId: '0x02',
    fileName: 'a.json',
    state: { state: 'reading' },
    readBytes: 0,
    totalBytes: 1,
    messageCount: 0,
    channelCount: 0,
    problemCount: 0,
    problems: [],
  }

  it('say how much was read, and how it goes on', () => {
    expect(wordsOfImport(VIEW).text).toBe('Reading the file')
    expect(words({ state: 'reading' })).toBe('Reading: 1,200 messages in 1 channel so far')
    expect(words({ state: 'interrupted' })).toMatch(/Choose the same file again/)
    expect(words({ state: 'failed', error: ERROR })).toBe('The list cannot be read.')
  })

  it('tell what still runs from what has ended', () => {
    expect(isImportRunning({ state: { state: 'publishing' } })).toBe(true)
    expect(isImportRunning({ state: { state: 'interrupted' } })).toBe(false)
  })
})

describe('nameOf', () => {
  it('is never empty, and shows nothing that turns the text around it', () => {
    expect(nameOf({ name: ' ' })).toBe('A community')
    expect(nameOf({ name: 'a\u202eb' })).toBe('a\ufffdb')
  })
})
