import assert from 'node:assert/strict'
import { Quire } from 'quire'

const quire = await Quire.create()
await quire.start()
const { cid } = await quire.upload(new Blob(['content']), { name: 'a.txt' })

// #region list
for (const dataset of await quire.list()) console.log(dataset.cid, dataset.name, dataset.isComplete)
const one = await quire.get(cid)
console.log(await quire.exists(cid), one?.sizeBytes) // true 7
// #endregion
assert.equal(one?.name, 'a.txt')
assert.equal(await quire.exists(cid), true)

// #region pin
await quire.pin(cid, false) // may go when room is needed
await quire.pin(cid)
console.log(await quire.isPinned(cid)) // true
// #endregion
assert.equal(await quire.isPinned(cid), true)

// #region announce
await quire.setAnnounced(cid, false) // nobody finds it by its CID; links of this device still work
console.log(await quire.isAnnounced(cid)) // false
// #endregion
assert.equal(await quire.isAnnounced(cid), false)
const secret = await quire.upload(new Blob(['never told']), { isAnnounced: false })
assert.equal(secret.isAnnounced, false)

// #region link
const link = await quire.link(cid, 'https://quire.example/')
// #endregion
assert.ok(link.startsWith(`https://quire.example/#/${cid}`))

// #region space
const { usedBytes, pinnedBytes, freeBytes } = await quire.space()
console.log(`${usedBytes} bytes used, ${pinnedBytes} of them pinned, ${freeBytes} free`)
// #endregion
assert.ok(usedBytes > 0 && freeBytes > 0)

// #region delete
console.log(await quire.delete(cid)) // true: it was here
console.log(await quire.delete(cid)) // false: it is not any more
// #endregion
assert.equal(await quire.exists(cid), false)
await assert.rejects(quire.pin(cid), { code: 'ERR_DATASET_NOT_FOUND' })
await assert.rejects(quire.exists('zDx'), { code: 'ERR_CID_INVALID' })

await quire.close()
