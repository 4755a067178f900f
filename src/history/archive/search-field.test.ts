/** Ours beside Status’s: the search index of an archive, in its entry of the index. */
import { parse } from 'protobufjs'
import { describe, expect, it } from 'vitest'
import { archiveId } from '../archive-id.ts'
import { decodeArchiveIndex, encodeArchiveIndex } from '../../codec/history/archive-index.ts'
import { SCHEMAS } from '../../codec/history/testing/schemas.ts'

const CID = 'zDvZRwzm22eSYNdLBuNHVi7jSTR2a4n48yy4Ur9qws4vHV6madiz'
const metadata = { version: 0, fromSeconds: 1, toSeconds: 2, contentTopics: [Uint8Array.of(1, 2, 3, 4)] }
const entry = { version: 0, metadata, cid: CID }
const id = archiveId(entry)

describe('an index entry with a search index', () => {
  const bytes = encodeArchiveIndex(new Map([[id, { ...entry, searchCid: 'zDvZother' }]]))

  it('comes back as it was', () => {
    expect(decodeArchiveIndex(bytes).get(id)).toEqual({ ...entry, searchCid: 'zDvZother' })
  })

  it('is read by another implementation, which does not know of it, as the entry without it', () => {
    const type = parse(SCHEMAS, { keepCase: true }).root.lookupType('LogosStorageWakuMessageArchiveIndex')
    const read = (index: Uint8Array): unknown => type.toObject(type.decode(index), { longs: Number, defaults: true })
    expect(read(bytes)).toEqual(read(encodeArchiveIndex(new Map([[id, entry]]))))
    expect(read(bytes)).toMatchObject({ archives: { [id]: { cid: CID } } })
  })

  it('has the id of the entry without it', () => {
    expect(archiveId({ ...entry, searchCid: 'zDvZother' })).toBe(id)
  })

  it('takes no byte where there is none', () => {
    expect(encodeArchiveIndex(new Map([[id, { ...entry, searchCid: undefined }]]))).toEqual(
      encodeArchiveIndex(new Map([[id, entry]])),
    )
  })
})
