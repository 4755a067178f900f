import { describe, expect, it } from 'vitest'
import type { CheckFinding, CheckView, SelfTestView } from '../../rpc/connectivity.ts'
import { sentenceOfTest, wordsOfCheck } from './check-words.ts'

const FAILURES: readonly CheckFinding[] = [
  'offline',
  'no-webrtc',
  'webrtc-broken',
  'no-keeper-answers',
  'no-keeper-known',
  'relay-full',
  'relay-refused',
  'no-relay',
  'udp-blocked',
  'nat-symmetric',
  'lookup-unanswered',
  'peers-relayed',
  'error',
]
const test = (state: SelfTestView['state'], ...states: CheckView['state'][]): SelfTestView => ({
  state,
  startedAtMs: 0,
  checks: states.map((each) => ({ name: 'online', state: each })),
})

describe('the words of a check', () => {
  it.each(FAILURES)('say what to do where it failed: %s', (finding) => {
    const words = wordsOfCheck({ name: 'online', state: 'failed', finding })
    expect(words?.text).toMatch(/\.$/)
    expect(words?.advice).toMatch(/\.$/)
  })

  it.each(['offline', 'no-keeper-answers', 'no-stun-server', 'nat-unknown', 'no-peers'] as const)(
    'say why it was not made: %s',
    (finding) => {
      const words = wordsOfCheck({ name: 'nat', state: 'skipped', finding })
      expect(words?.text).toMatch(/^Not checked: /)
      expect(words?.advice).toBeUndefined()
    },
  )

  it('count what was counted', () => {
    const counts = { connected: 1, known: 3 }
    const text = wordsOfCheck({ name: 'keeper', state: 'ok', finding: 'some-keepers-down', counts })?.text
    expect(text).toBe('1 of 3 keepers answer. That is enough; the others are tried again.')
  })

  it('are those of an error where it has some', () => {
    const check = { name: 'keeper', state: 'failed', finding: 'error', reason: 'The keeper hung up.' } as const
    expect(wordsOfCheck(check)?.text).toBe('The keeper hung up.')
  })

  it('are none before it has ended', () => {
    expect(wordsOfCheck({ name: 'keeper', state: 'running' })).toBeUndefined()
    expect(wordsOfCheck({ name: 'keeper', state: 'waiting' })).toBeUndefined()
  })
})

describe('the sentence of a test', () => {
  it.each([
    [test('running', 'ok', 'running', 'waiting'), 'Check 2 of 3 is running.'],
    [test('done', 'ok', 'ok'), 'All 2 checks are ok.'],
    [test('done', 'ok', 'failed', 'skipped'), '1 of 3 checks are ok, 1 failed, 1 not made.'],
    [test('stopped', 'ok', 'stopped', 'stopped'), '1 of 3 checks are ok, 2 not made.'],
  ])('sums it up %#', (result, sentence) => {
    expect(sentenceOfTest(result)).toBe(sentence)
  })
})
