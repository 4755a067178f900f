import { describe, expect, it } from 'vitest'
import { QuireError } from '../../errors.ts'
import type { ErrorCode } from '../../errors.ts'
import { viewOfError } from '../../rpc/errors.ts'
import { transferOf } from '../testing/fake-datasets.ts'
import { emptyFileError, Notices, titleOfNotice } from './notices.ts'

const error = (code: ErrorCode) => viewOfError(new QuireError(code, 'It failed.'))

describe('Notices', () => {
  it('gathers failures of one kind and code', () => {
    const notices = new Notices()
    notices.add('upload', ['a'], error('ERR_STORE_FULL'))
    notices.add('upload', ['b'], error('ERR_STORE_FULL'))
    notices.add('save', ['c'], error('ERR_SAVE_FAILED'))
    expect(notices.list.value.map(({ kind, names }) => [kind, ...names])).toEqual([
      ['save', 'c'],
      ['upload', 'a', 'b'],
    ])
  })

  it('keeps only the latest few', () => {
    const notices = new Notices()
    const kinds = ['upload', 'fetch', 'save', 'delete'] as const
    for (const kind of kinds) {
      notices.add(kind, [], error('ERR_UNKNOWN'))
      notices.add(kind, [], error('ERR_STORE_FAILED'))
    }
    expect(notices.list.value).toHaveLength(6)
    expect(notices.list.value[0]?.kind).toBe('delete')
  })

  it('forgets of what it gathered only the transfer whose row was dismissed', () => {
    const notices = new Notices()
    const full = error('ERR_STORE_FULL')
    notices.add('save', ['a'], full)
    notices.add('save', ['b'], full)
    const failed = (name: string) => transferOf('zDv', { state: 'failed', error: full }, { kind: 'save', name })
    notices.forget(failed('a'))
    expect(notices.list.value.map(({ names }) => names)).toEqual([['b']])
    notices.forget({ ...failed('b'), phase: { state: 'done' } })
    expect(notices.list.value).toHaveLength(1)
    notices.forget(failed('b'))
    expect(notices.list.value).toEqual([])
  })

  it('dismisses one', () => {
    const notices = new Notices()
    notices.add('upload', ['a'], error('ERR_STORE_FULL'))
    notices.add('save', ['c'], error('ERR_SAVE_FAILED'))
    notices.dismiss(notices.list.value[0]?.id ?? -1)
    expect(notices.list.value.map(({ kind }) => kind)).toEqual(['upload'])
  })
})

describe('titleOfNotice', () => {
  it('names three and counts the rest', () => {
    const names = ['a', 'b', 'c', 'd', 'e']
    expect(titleOfNotice({ id: 1, kind: 'upload', names, error: emptyFileError(5), files: [] })).toBe(
      'Not added: a, b, c and 2 more',
    )
  })

  it('says only what failed where nothing has a name', () => {
    expect(titleOfNotice({ id: 1, kind: 'share', names: [], error: error('ERR_UNKNOWN'), files: [] })).toBe(
      'No link was made',
    )
  })
})

describe('emptyFileError', () => {
  it('keeps number and verb in step', () => {
    expect(emptyFileError(1).message).toBe('The file is empty.')
    expect(emptyFileError(3).message).toBe('3 files are empty.')
  })
})
