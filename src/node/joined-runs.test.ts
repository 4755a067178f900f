import { describe, expect, it } from 'vitest'
import { JoinedRuns } from './joined-runs.ts'

/** Starts runs that end by hand. */
function heldRuns() {
  const runs: { signal: AbortSignal; finish: (value: string) => void; fail: (error: unknown) => void }[] = []
  const start = (signal: AbortSignal): Promise<string> => {
    const { promise, resolve, reject } = Promise.withResolvers<string>()
    runs.push({ signal, finish: resolve, fail: reject })
    signal.addEventListener('abort', () => reject(signal.reason))
    return promise
  }
  return { runs, start }
}

describe('JoinedRuns', () => {
  it('does the work once for callers that come while it runs, and again afterwards', async () => {
    const joined = new JoinedRuns<string>()
    const { runs, start } = heldRuns()
    const both = [joined.join('a', start), joined.join('a', start)]
    expect(runs).toHaveLength(1)
    runs[0]?.finish('one')
    expect(await Promise.all(both)).toEqual(['one', 'one'])
    const later = joined.join('a', start)
    runs[1]?.finish('two')
    expect(await later).toBe('two')
  })

  it('keeps keys apart', () => {
    const joined = new JoinedRuns<string>()
    const { runs, start } = heldRuns()
    void joined.join('a', start)
    void joined.join('b', start)
    expect(runs).toHaveLength(2)
  })

  it('rejects all callers of a run that fails', async () => {
    const joined = new JoinedRuns<string>()
    const { runs, start } = heldRuns()
    const both = [joined.join('a', start), joined.join('a', start, new AbortController().signal)]
    const failure = new Error('failed')
    runs[0]?.fail(failure)
    for (const call of both) await expect(call).rejects.toBe(failure)
  })

  it('goes on for the others when one caller aborts, and ends with the last', async () => {
    const joined = new JoinedRuns<string>()
    const { runs, start } = heldRuns()
    const [first, second] = [new AbortController(), new AbortController()]
    const calls = [joined.join('a', start, first.signal), joined.join('a', start, second.signal)]
    first.abort(new Error('first left'))
    await expect(calls[0]).rejects.toThrow('first left')
    expect(runs[0]?.signal.aborted).toBe(false)
    second.abort(new Error('second left'))
    await expect(calls[1]).rejects.toThrow('second left')
    expect(runs[0]?.signal.reason).toMatchObject({ message: 'second left' })
  })

  it('starts anew for a caller that comes while an aborted run still ends', async () => {
    const joined = new JoinedRuns<string>()
    const { runs, start } = heldRuns()
    const controller = new AbortController()
    const left = joined.join('a', start, controller.signal)
    controller.abort(new Error('left'))
    const call = joined.join('a', start)
    runs[1]?.finish('anew')
    expect(await call).toBe('anew')
    await expect(left).rejects.toThrow('left')
  })

  it('does nothing for a caller that is aborted already', async () => {
    const joined = new JoinedRuns<string>()
    const { runs, start } = heldRuns()
    await expect(joined.join('a', start, AbortSignal.abort(new Error('late')))).rejects.toThrow('late')
    expect(runs).toHaveLength(0)
  })
})
