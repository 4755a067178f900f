import { describe, expect, it } from 'vitest'
import { parseManifestCid } from '../../codec/cid.ts'
import { encodeArchiveIndex } from '../../codec/history/archive-index.ts'
import { fromHex, toHex } from '../crypto/hex.ts'
import { TOPIC, wakuMessage, WEEK } from '../testing/waku-messages.ts'
import type { ArchiveEntry } from './archive-entry.ts'
import { buildArchive, entryOf, indexEntryOf } from './build-archive.ts'
import { entryOfRecord, recordOfEntry } from './entry-record.ts'
import { mergeIndex } from './merge-index.ts'
import { encodeIndex, readIndex } from './read-index.ts'

/** The archive of facts §3.6, and where its CID and id are from. */
const FROM = 1_577_836_800
const TO = 1_578_355_200
const CID = parseManifestCid('zDvZRwzm22eSYNdLBuNHVi7jSTR2a4n48yy4Ur9qws4vHV6madiz')
const OTHER_CID = parseManifestCid('zDvZRwzm8K7bcyPeBXcZzWD7AWc4VqNuseduDr3VsuYA1yXej49V')
const ID = '0x0b0b0ce9cbaa1fc39ce001d2ac28cb954e34edbf7f51f2f4b12ca48b7e736ed5'
const ARCHIVE =
  '0x12121080c2aff005188094cff0052204569c6c281a180a01011090deaff0051a04569c6c282201012a0101320101' +
  '1a180a010110a0faaff0051a04569c6c282201012a0101320102'

function entry(week: number, cid = CID): ArchiveEntry {
  return entryOf({ fromSeconds: FROM + week * WEEK, toSeconds: FROM + (week + 1) * WEEK, topics: [TOPIC], cid })
}

describe('buildArchive', () => {
  it('makes the archive of the vectors, byte for byte', () => {
    const messages = [1, 2].map((hash) => wakuMessage(FROM + hash * 3600, { hash: Uint8Array.of(hash) }))
    const bytes = buildArchive({ fromSeconds: FROM, toSeconds: TO, number: 0, messages }, [TOPIC])
    expect(toHex(bytes)).toBe(ARCHIVE)
  })
})

describe('entryOf', () => {
  it('gives the archive of the vectors its id', () => {
    expect(entryOf({ fromSeconds: FROM, toSeconds: TO, topics: [TOPIC], cid: CID }).id).toBe(ID)
  })
})

describe('encodeIndex', () => {
  it('gives equal bytes for equal entries in any order', () => {
    const entries = [0, 1, 2, 3].map((week) => entry(week))
    const bytes = encodeIndex(entries)
    expect(encodeIndex([...entries.toReversed(), ...entries])).toEqual(bytes)
    expect(encodeIndex(entries.slice(1))).not.toEqual(bytes)
  })

  it('is read as it was written, the newest first', () => {
    const entries = [2, 0, 1].map((week) => entry(week))
    expect(readIndex(encodeIndex(entries))).toEqual({ entries: [entry(2), entry(1), entry(0)], refused: [] })
  })
})

describe('readIndex', () => {
  it('keeps two archives of one span apart', () => {
    const chunks = [entry(0), entry(0, OTHER_CID)]
    expect(readIndex(encodeIndex(chunks)).entries).toHaveLength(2)
  })

  it('refuses an entry whose dataset was swapped, and keeps the others', () => {
    const swapped = { ...indexEntryOf(entry(0)), cid: OTHER_CID.toString() }
    const bytes = encodeArchiveIndex(
      new Map([
        [entry(0).id, swapped],
        [entry(1).id, indexEntryOf(entry(1))],
      ]),
    )
    const { entries, refused } = readIndex(bytes)
    expect(entries).toEqual([entry(1)])
    expect(refused.map(({ id, error }) => [id, error.code])).toEqual([[entry(0).id, 'ERR_INDEX_INVALID']])
  })

  it.each([
    ['ends before it begins', { fromSeconds: TO, toSeconds: FROM }],
    ['is of two years', { fromSeconds: FROM, toSeconds: FROM + 104 * WEEK }],
    ['is of a time that no calendar has', { fromSeconds: 2 ** 53 - WEEK, toSeconds: 2 ** 53 - 1 }],
  ])('refuses an archive that %s', (_what, span) => {
    const bytes = encodeIndex([entryOf({ ...span, topics: [], cid: CID })])
    expect(() => readIndex(bytes)).toThrow(expect.objectContaining({ code: 'ERR_INDEX_INVALID' }))
  })

  it('refuses an archive that names no dataset', () => {
    const wrong = { ...indexEntryOf(entry(0)), cid: 'https://example.org/archive' }
    const bytes = encodeArchiveIndex(new Map([[entry(0).id, wrong]]))
    expect(() => readIndex(bytes)).toThrow(expect.objectContaining({ code: 'ERR_INDEX_INVALID' }))
  })

  it('refuses bytes that are no index, and reads no bytes as an index of nothing', () => {
    expect(() => readIndex(fromHex('0x0affffff'))).toThrow(expect.objectContaining({ code: 'ERR_INDEX_INVALID' }))
    expect(readIndex(new Uint8Array()).entries).toEqual([])
  })
})

describe('mergeIndex', () => {
  it('has each archive once', () => {
    const merged = mergeIndex([entry(0), entry(1)], [entry(1), entry(2)])
    expect(merged).toEqual([entry(0), entry(1), entry(2)])
  })
})

describe('entryOfRecord', () => {
  it('gives back what was kept', () => {
    const kept: unknown = JSON.parse(JSON.stringify(recordOfEntry(entry(5))))
    expect(entryOfRecord(kept)).toEqual(entry(5))
  })

  it.each([undefined, 3, {}, { ...recordOfEntry(entry(0)), cid: 'x' }, { ...recordOfEntry(entry(0)), topics: 7 }])(
    'gives nothing for a damaged record (%#)',
    (value) => expect(entryOfRecord(value)).toBeUndefined(),
  )
})
