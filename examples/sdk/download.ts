import assert from 'node:assert/strict'
import { Quire } from 'quire'

const quire = await Quire.create()
await quire.start()
const content = Uint8Array.from({ length: 300_000 }, (_, i) => i & 255)
const uploaded = await quire.upload(content, { name: 'film.mp4', mediaType: 'video/mp4' })
const link = await quire.link(uploaded.cid, 'https://quire.example/')
const { cid } = uploaded

// #region stream
const stream = await quire.stream(link, {
  onProgress: ({ fraction }) => console.log(`${Math.round((fraction ?? 0) * 100)} %`),
})
let sizeBytes = 0
for await (const bytes of stream) sizeBytes += bytes.byteLength
// #endregion
assert.equal(sizeBytes, 300_000)

// #region bytes
const all = await quire.bytes(link)
const part = await quire.bytes(link, { range: { startByte: 100_000, endByte: 100_010 } })
// #endregion
assert.deepEqual(all, content)
assert.deepEqual(part, content.slice(100_000, 100_010))
await assert.rejects(quire.bytes(link, { maxBytes: 1000 }), { code: 'ERR_CONTENT_TOO_LARGE' })
await assert.rejects(quire.bytes(link, { range: { startByte: 5, endByte: 1 } }), { code: 'ERR_RANGE_INVALID' })

// #region blob
const blob = await quire.blob(link)
const url = URL.createObjectURL(blob) // e.g. for the src of a <video>
// #endregion
assert.equal(blob.type, 'video/mp4')
assert.equal(blob.size, 300_000)
URL.revokeObjectURL(url)

// #region manifest
const manifest = await quire.manifest(link)
console.log(manifest.name, manifest.mediaType, manifest.sizeBytes, manifest.blockCount) // film.mp4 video/mp4 300000 5
// #endregion
assert.equal(manifest.name, 'film.mp4')
assert.equal(manifest.blockCount, 5)

// #region local
// Only what is on this device; where a part is missing, ERR_BLOCK_NOT_FOUND.
const local = await quire.bytes(cid, { isLocal: true })
// #endregion
assert.equal(local.byteLength, 300_000)
await quire.delete(cid)
await assert.rejects(quire.bytes(cid, { isLocal: true }), { code: 'ERR_DATASET_NOT_FOUND' })
await assert.rejects(quire.stream('no link'), { code: 'ERR_CID_INVALID' })

await quire.close()
