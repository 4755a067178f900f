import { describe, expect, it } from 'vitest'
import { EMPTY_REPORT, fakeCid } from '../testing/fake-datasets.ts'
import { REPORT } from '../testing/device-scenarios.ts'
import { backupFileName, sentenceOfBackup, sentenceOfImported, sentencesOfReport } from './backup-words.ts'

const KEYS = EMPTY_REPORT.keys

describe('what is said of a backup', () => {
  it('names it by its day, so that a list of them is in order', () => {
    expect(backupFileName(new Date(2026, 0, 5, 23, 59).getTime())).toBe('Quire backup 2026-01-05.quire')
  })

  it('says how far it is, with what is not known left out', () => {
    const view = { id: '1', kind: 'export', state: 'running', doneBytes: 5e8, doneDatasets: 3, startedAtMs: 1 } as const
    expect(sentenceOfBackup(view)).toBe('Making a backup: 3 files, 500 MB')
    expect(sentenceOfBackup({ ...view, kind: 'import', totalBytes: 1e9, totalDatasets: 12 })).toBe(
      'Restoring: 3 of 12 files, 500 MB of 1.00 GB',
    )
  })

  it('counts what became of its files, those that are not listed as added', () => {
    expect(sentencesOfReport(REPORT)).toEqual([
      '11 files added, 1 file here already, 1 file damaged, 1 file not restored.',
      '26 parts of communities’ histories came with it.',
      'Followed now: “Garden club”.',
      'Its keys are locked by a passphrase and were not taken.',
    ])
  })

  it.each([
    [KEYS, ['It holds no keys.']],
    [{ ...KEYS, state: 'taken', addedCount: 2, knownCount: 1 }, ['2 keys added, 1 key here already.']],
    [{ ...KEYS, state: 'taken', knownCount: 1 }, ['Its keys are here already.']],
    [
      { ...KEYS, state: 'taken', addedCount: 1, peerKey: 'taken' },
      ['1 key added.', expect.stringMatching(/^This device takes over/u)],
    ],
  ] as const)('tells of keys: %j', (keys, expected) => {
    expect(sentencesOfReport({ ...EMPTY_REPORT, keys })).toEqual(['It holds no files.', ...expected])
  })

  it('has a word for what is damaged or refused, and none for the rest', () => {
    const base = { cid: fakeCid(1), sizeBytes: 1, addedBlocks: 1, damagedBlocks: 0 } as const
    expect(sentenceOfImported({ ...base, outcome: 'added' })).toBeUndefined()
    expect(sentenceOfImported({ ...base, outcome: 'known' })).toBeUndefined()
    expect(sentenceOfImported({ ...base, outcome: 'damaged', damagedBlocks: 1 })).toMatch(/^1 block of it was damaged/u)
    expect(sentenceOfImported({ ...base, outcome: 'refused' })).toBe('Not restored.')
  })
})
