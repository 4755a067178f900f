import { describe, expect, it } from 'vitest'
import { concat } from '../concat.ts'
import { fromHex, outcomeOf, toHex } from '../testing/bytes.ts'
import {
  decodeArchiveIndex,
  decodeTorrentIndex,
  encodeArchiveIndex,
  encodeIndexEntry,
  encodeTorrentIndex,
  encodeTorrentIndexEntry,
} from './archive-index.ts'
import { decodeArchiveLink, encodeArchiveLink } from './archive-link.ts'
import { archiveMessages, decodeArchive, encodeArchive, readArchiveMetadata } from './archive.ts'
import { vectors } from './testing/vectors.ts'

const { archive, indexEntry, torrentIndexEntry, link } = vectors
const NOTHING = new Uint8Array()

const metadata = {
  version: 0,
  fromSeconds: archive.from,
  toSeconds: archive.to,
  contentTopics: archive.contentTopic.map(fromHex),
}
const messages = archive.messages.map(({ sig, timestamp, topic, payload, padding, hash }) => ({
  sig: fromHex(sig),
  timestampSeconds: timestamp,
  topic: fromHex(topic),
  payload: fromHex(payload),
  padding: fromHex(padding),
  hash: fromHex(hash),
  thirdPartyId: '',
}))
const entry = { version: 0, metadata, cid: indexEntry.cid }
const torrent = {
  version: 0,
  metadata,
  offset: torrentIndexEntry.offset,
  size: torrentIndexEntry.size,
  padding: torrentIndexEntry.padding,
}

describe('the published vectors', () => {
  it('give the archive’s bytes, and the archive comes back from them', () => {
    expect(toHex(encodeArchive({ metadata, messages }))).toBe(archive.hex)
    expect(decodeArchive(fromHex(archive.hex))).toEqual({ metadata, messages })
    expect([...archiveMessages(fromHex(archive.hex))]).toEqual(messages)
  })

  it('give the metadata’s bytes inside it', () => {
    expect(archive.hex.slice(4, 4 + archive.metadataHex.length)).toBe(archive.metadataHex)
    expect(readArchiveMetadata(fromHex(archive.hex))).toEqual(metadata)
  })

  it('give the entries that archive ids are made of', () => {
    expect(toHex(encodeIndexEntry(entry))).toBe(indexEntry.hex)
    expect(toHex(encodeTorrentIndexEntry(torrent))).toBe(torrentIndexEntry.hex)
  })

  it('come back from an index, with their ids', () => {
    const index = new Map([[indexEntry.archiveId, entry]])
    expect(decodeArchiveIndex(encodeArchiveIndex(index))).toEqual(index)
    const torrents = new Map([[torrentIndexEntry.archiveId, torrent]])
    expect(decodeTorrentIndex(encodeTorrentIndex(torrents))).toEqual(torrents)
  })

  it('give the link’s bytes, and the link comes back from them', () => {
    const value = { clockMs: link.clock, archiveLink: link.archiveLink }
    expect(toHex(encodeArchiveLink(value))).toBe(link.hex)
    expect(decodeArchiveLink(fromHex(link.hex))).toEqual(value)
  })
})

describe('an index', () => {
  it('has the same bytes whatever the order in which its entries came', () => {
    const ids = ['0xbb', '0xaa', '0xcc']
    const bytes = [ids, ids.toReversed()].map((order) =>
      toHex(encodeArchiveIndex(new Map(order.map((id) => [id, { ...entry, cid: id }])))),
    )
    expect(bytes[0]).toBe(bytes[1])
    expect(decodeArchiveIndex(fromHex(bytes[0] ?? '')).size).toBe(3)
  })

  it('of more than 20,000 entries is refused, written or read', () => {
    const distinct = Array.from({ length: 20_001 }, (_, i) => [`${i}`, { version: 0, cid: '' }] as const)
    const full = encodeArchiveIndex(new Map(distinct.slice(1)))
    expect(decodeArchiveIndex(full).size).toBe(20_000)
    expect(() => encodeArchiveIndex(new Map(distinct))).toThrow(/20000/u)
    const oneMore = concat(full, encodeArchiveIndex(new Map(distinct.slice(0, 1))))
    expect(outcomeOf(() => decodeArchiveIndex(oneMore))).toBe('ERR_INDEX_INVALID')
  })
})

describe('an archive', () => {
  it('whose metadata is missing has zeros there', () => {
    expect(readArchiveMetadata(NOTHING)).toEqual({ version: 0, fromSeconds: 0, toSeconds: 0, contentTopics: [] })
  })

  it('that is cut in a message gives the messages before it, then says so', () => {
    const iterator = archiveMessages(fromHex(archive.hex.slice(0, -2)))
    expect(iterator.next().value).toEqual(messages[0])
    expect(() => iterator.next()).toThrow(expect.objectContaining({ code: 'ERR_ARCHIVE_INVALID' }))
  })
})
