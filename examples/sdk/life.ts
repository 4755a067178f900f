import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Quire, isQuireError } from 'quire'

// #region life
const quire = await Quire.create({ storage: 'memory' })
quire.addEventListener('statechange', ({ detail }) => console.log(detail.state))
await quire.start()
console.log(quire.state) // running
await quire.stop() // what is here stays
await quire.start()
await quire.close() // for good
// #endregion
assert.equal(quire.state, 'closed')
await assert.rejects(quire.start(), { code: 'ERR_NODE_STOPPED' })

const folder = await mkdtemp(join(tmpdir(), 'quire-example-'))
// #region folder
// Under Node, with the package “lmdb”: content, keys and settings in a folder.
const first = await Quire.create({ storage: { folder } })
await first.start()
const { cid } = await first.upload(new Blob(['kept']), { name: 'kept.txt' })
const peerId = await first.peerId()
await first.close()

const second = await Quire.create({ storage: { folder } })
await second.start()
console.log(await second.exists(cid), (await second.peerId()) === peerId) // true true
await second.close()
// #endregion
const third = await Quire.create({ storage: { folder } })
await third.start()
assert.equal(await (await third.blob(cid, { isLocal: true })).text(), 'kept')
assert.equal(await third.peerId(), peerId)
await third.close()
await rm(folder, { recursive: true })

// #region errors
// Every call rejects with a QuireError, or with the reason of your signal.
const settings = JSON.parse('{ "storage": "cloud" }')
try {
  await Quire.create(settings)
} catch (error) {
  if (isQuireError(error)) console.log(error.code, error.message, error.advice)
}
// #endregion
await assert.rejects(Quire.create(settings), { code: 'ERR_ARGUMENT_INVALID' })
