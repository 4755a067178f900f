import assert from 'node:assert/strict'
import { Quire } from 'quire'

const quire = await Quire.create()

// #region events
const listening = new AbortController()
quire.addEventListener('transfer', ({ detail }) => console.log(detail.name, detail.phase.state))
quire.addEventListener('datasets', ({ detail }) => console.log(`${detail.length} datasets`), {
  signal: listening.signal,
})
let self = ''
quire.addEventListener('status', ({ detail }) => (self = detail.peerId), { once: true })
// #endregion
const done = new Promise((resolve) => {
  quire.addEventListener('transfer', ({ detail }) => detail.phase.state === 'done' && resolve(detail.kind))
})

await quire.start()
await quire.upload(new Blob(['content']))
assert.equal(await done, 'upload')
assert.equal(self, await quire.peerId())

await quire.close()
