import assert from 'node:assert/strict'
import { Quire } from 'quire'

const quire = await Quire.create()
await quire.start()
const { cid } = await quire.upload(new Blob(['content']))
const other = await Quire.create()
await other.start()

// #region backup
const backup = await quire.exportAll({ withKeys: false })
const report = await other.importAll(backup)
console.log(report)
// #endregion
assert.equal(await other.exists(cid), true)

await quire.close()
await other.close()
