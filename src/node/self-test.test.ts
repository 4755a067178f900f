import { describe, expect, it } from 'vitest'
import { QuireError } from '../errors.ts'
import { type Check, runSelfTest, type SelfTestResult } from './self-test.ts'

const never = new AbortController().signal
const fine: Check = { name: 'online', run: async () => ({ state: 'ok', finding: 'online' }) }

/** The states of all checks at each change, as “ok running waiting”. */
function recorder() {
  const seen: string[] = []
  const results: SelfTestResult[] = []
  const onChange = (result: SelfTestResult): void => {
    results.push(result)
    seen.push(result.checks.map(({ state }) => state).join(' '))
  }
  return { seen, results, onChange }
}

describe('a self-test', () => {
  it('runs one check after the other, and tells of each step', async () => {
    const { seen, onChange } = recorder()
    const keeper: Check = { name: 'keeper', run: async () => ({ state: 'failed', finding: 'no-keeper-answers' }) }
    const result = await runSelfTest([fine, keeper], { onChange }, never)
    expect(seen).toEqual(['running waiting', 'ok waiting', 'ok running', 'ok failed', 'ok failed'])
    expect(result).toMatchObject({ state: 'done', checks: [{ finding: 'online' }, { finding: 'no-keeper-answers' }] })
  })

  it('lets a check ask what those before it found', async () => {
    const after: Check = {
      name: 'lookup',
      run: async (_signal, isOk) => ({
        state: 'skipped',
        finding: isOk('online') && !isOk('nat') ? 'online' : 'error',
      }),
    }
    const result = await runSelfTest([fine, after], { onChange: () => undefined }, never)
    expect(result.checks[1]).toMatchObject({ state: 'skipped', finding: 'online' })
  })

  it('says so of a check that throws, and goes on', async () => {
    const broken: Check = {
      name: 'keeper',
      run: () => Promise.reject(new QuireError('ERR_KEEPER_UNREACHABLE', 'The keeper is gone.')),
    }
    const { checks } = await runSelfTest([broken, fine], { onChange: () => undefined }, never)
    expect(checks).toMatchObject([
      { state: 'failed', finding: 'error', reason: 'The keeper is gone.' },
      { state: 'ok' },
    ])
  })

  it('does not wait for a check that never ends', async () => {
    const stuck: Check = { name: 'lookup', run: () => new Promise(() => undefined) }
    const { checks } = await runSelfTest([stuck, fine], { onChange: () => undefined, timeoutMs: 5 }, never)
    expect(checks).toMatchObject([{ state: 'failed', finding: 'error' }, { state: 'ok' }])
  })

  it('that is stopped says of each check that is left that it was not made', async () => {
    const stopping = new AbortController()
    const reason = new Error('enough')
    const stuck: Check = {
      name: 'lookup',
      run: () => {
        stopping.abort(reason)
        return new Promise(() => undefined)
      },
    }
    const { results, onChange } = recorder()
    await expect(runSelfTest([fine, stuck, fine], { onChange }, stopping.signal)).rejects.toBe(reason)
    expect(results.at(-1)).toMatchObject({
      state: 'stopped',
      checks: [{ state: 'ok' }, { state: 'stopped' }, { state: 'stopped' }],
    })
  })
})
