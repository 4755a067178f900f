import assert from 'node:assert/strict'
import { Quire } from 'quire'

const quire = await Quire.create({ storage: 'memory' })
await quire.start()

// #region file
const file = new File(['Hello World!'], 'hello.txt', { type: 'text/plain' })
const hello = await quire.upload(file, {
  onProgress: ({ doneBytes, totalBytes }) => console.log(`${doneBytes} of ${totalBytes} bytes`),
})
console.log(hello.cid) // zDvZRwzmAvGXfZyfdvz1FMD89V4yDXLCPW8NcfQk3wSN55Z3AfYd
// #endregion
assert.equal(hello.cid, 'zDvZRwzmAvGXfZyfdvz1FMD89V4yDXLCPW8NcfQk3wSN55Z3AfYd')

// #region stream
// A stream is read as far as the store has taken it: its size does not matter, and need not be known.
const numbers = new ReadableStream({
  start(controller) {
    for (let i = 0; i < 100; i++) controller.enqueue(new TextEncoder().encode(`${i}\n`))
    controller.close()
  },
})
const counted = await quire.upload(numbers, { name: 'numbers.txt', mediaType: 'text/plain' })
// #endregion
assert.equal(counted.sizeBytes, 290)
assert.equal(counted.name, 'numbers.txt')

// #region abort
const controller = new AbortController()
const endless = new ReadableStream({
  pull: (stream) => stream.enqueue(new Uint8Array(65_536)),
})
const uploading = quire.upload(endless, {
  signal: controller.signal,
  onProgress: ({ doneBytes }) => doneBytes > 1_000_000 && controller.abort(),
})
await uploading.catch((error) => console.log(error.name)) // AbortError: nothing of it is kept
// #endregion
await assert.rejects(uploading, { name: 'AbortError' })
assert.equal((await quire.list()).length, 2)

await quire.close()
