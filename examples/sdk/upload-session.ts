import assert from 'node:assert/strict'
import { Quire } from 'quire'

const quire = await Quire.create()
await quire.start()

// #region write
const session = await quire.openUpload({ name: 'log.txt', mediaType: 'text/plain' })
for (let line = 0; line < 3; line++) await session.write(new TextEncoder().encode(`line ${line}\n`))
const dataset = await session.close()
// #endregion
assert.equal(await (await quire.blob(dataset.cid)).text(), 'line 0\nline 1\nline 2\n')

// #region abort
const unwanted = await quire.openUpload()
await unwanted.write(new Uint8Array(1_000_000))
await unwanted.abort() // what was stored of it is free again
// #endregion
assert.equal((await quire.list()).length, 1)
await assert.rejects(unwanted.write(new Uint8Array(1)), { name: 'AbortError' })

// #region writable
const target = await quire.openUpload({ name: 'copy.txt' })
await new Blob(['as a stream']).stream().pipeTo(target.writable())
const copy = await target.close() // closed by pipeTo: this gives its dataset
// #endregion
assert.equal(copy.sizeBytes, 11)

await quire.close()
