import assert from 'node:assert/strict'
import { Quire } from 'quire'

const sharer = await Quire.create({ listen: ['/ip4/127.0.0.1/tcp/0'] })
await sharer.start()
const quire = await Quire.create()
await quire.start()
const share = async (sizeBytes = 0, seed = 1) => {
  const content = Uint8Array.from({ length: sizeBytes }, (_, i) => (i * seed) & 255)
  const { cid } = await sharer.upload(content, { name: `${seed}.bin` })
  return sharer.link(cid, 'https://quire.example/')
}
const [link, largeLink, otherLink, lastLink] = [
  await share(200_000, 3),
  await share(3_000_000, 5),
  await share(3_000_000, 7),
  await share(3_000_000, 11),
]

// #region fetch
const dataset = await quire.fetch(link, {
  onProgress: ({ doneBytes, phase }) => console.log(phase?.state, doneBytes),
  signal: AbortSignal.timeout(60_000),
})
console.log(dataset.isComplete) // true
// #endregion
assert.equal(dataset.isComplete, true)

// #region task
const task = await quire.startFetch(largeLink)
console.log(task.manifest.name, task.manifest.sizeBytes) // known at once, the content comes
const unfollow = task.onProgress(({ fraction }) => console.log(fraction))
const whole = await task.done
unfollow()
console.log(task.progress?.phase) // { state: 'done' }
// #endregion
assert.equal(task.progress?.fraction, 1)
assert.equal(whole.isComplete, true)
assert.equal(whole.sizeBytes, 3_000_000)

// #region pause
const paused = await quire.startFetch(otherLink)
await paused.pause()
await paused.resume()
await paused.done
// #endregion
assert.equal((await quire.get(paused.manifest.cid))?.isComplete, true)

// #region cancel
const unwanted = await quire.startFetch(lastLink)
unwanted.cancel()
await unwanted.done.catch((error) => console.log(error.name)) // AbortError, unless it was sooner
// #endregion

// #region transfers
for (const transfer of await quire.transfers()) {
  console.log(transfer.kind, transfer.name, transfer.phase.state)
  if (transfer.kind === 'fetch') await quire.cancelTransfer(transfer.id)
}
// #endregion
assert.ok((await quire.transfers()).every(({ id }) => id !== ''))

await quire.close()
await sharer.close()
