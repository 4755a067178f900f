import { describe, expect, it } from 'vitest'
import { ERROR_TABLE, QuireError } from '../errors.ts'
import { asQuireError, errorFromView, packThrown, unpackThrown, viewOfError } from './errors.ts'

const crossed = (thrown: unknown): unknown => unpackThrown(structuredClone(packThrown(thrown)))

describe('errors across threads', () => {
  it('keeps code, message, details and the chain of causes', () => {
    const root = new TypeError('disk gone: sector 3')
    const middle = new QuireError('ERR_STORE_FAILED', 'The store failed.', { cause: root })
    const error = new QuireError('ERR_STORE_FULL', 'It does not fit.', {
      cause: middle,
      details: { neededBytes: 5, isTight: true },
    })

    const view = structuredClone(viewOfError(error))

    expect(view).toEqual({
      code: 'ERR_STORE_FULL',
      message: 'It does not fit.',
      advice: ERROR_TABLE.ERR_STORE_FULL.advice,
      details: { neededBytes: 5, isTight: true },
      causes: ['ERR_STORE_FAILED: The store failed.', 'TypeError: disk gone: sector 3'],
    })
    const back = errorFromView(view)
    expect(back).toMatchObject({ code: 'ERR_STORE_FULL', message: 'It does not fit.', details: error.details })
    expect(viewOfError(back)).toEqual(view)
    expect(back.cause).toMatchObject({ name: 'ERR_STORE_FAILED', message: 'The store failed.' })
  })

  it('names a foreign error ERR_UNKNOWN and keeps its text among the causes', () => {
    expect(viewOfError(new RangeError('too far'))).toMatchObject({
      code: 'ERR_UNKNOWN',
      causes: ['RangeError: too far'],
    })
    expect(viewOfError('just text')).toMatchObject({ code: 'ERR_UNKNOWN', causes: ['just text'] })
    expect(viewOfError(null)).toMatchObject({ code: 'ERR_UNKNOWN', causes: ['null'] })
  })

  it('leaves a QuireError as it is', () => {
    const error = new QuireError('ERR_EMPTY_FILE', 'Empty.')
    expect(asQuireError(error)).toBe(error)
  })

  it('keeps an abort an abort, and a timeout a timeout', () => {
    expect(crossed(new DOMException('Stopped.', 'AbortError'))).toMatchObject({
      name: 'AbortError',
      message: 'Stopped.',
    })
    expect(crossed(new DOMException('Late.', 'TimeoutError'))).toMatchObject({ name: 'TimeoutError' })
    expect(crossed(new DOMException('Stopped.', 'AbortError'))).toBeInstanceOf(DOMException)
  })

  it('ends a circular chain of causes', () => {
    const error = new Error('round')
    error.cause = error
    expect(viewOfError(error).causes.length).toBeLessThan(20)
  })

  it('reads a code that it does not know as ERR_UNKNOWN', () => {
    const view = { ...viewOfError(new QuireError('ERR_EMPTY_FILE', 'Empty.')), code: 'toString' }
    // A page of another version than its worker: the type says it cannot be.
    expect(errorFromView(view as never).code).toBe('ERR_UNKNOWN')
  })
})
