/** A thread that makes and signs archives of the sample, a week a message. */
import { parentPort, workerData } from 'node:worker_threads'
import { loadSecp256k1 } from '../../src/history/crypto/secp256k1.ts'
import { sampleArchive } from '../../src/history/sample/publish-sample.ts'
import type { SampleInit } from '../../src/history/sample/sample-message.ts'

const init = workerData as SampleInit
const port = parentPort
if (port === null) throw new Error('This program is a thread of another one.')
const curve = await loadSecp256k1()

port.on('message', (week: number) => {
  const bytes = Uint8Array.from(sampleArchive(curve, init, week))
  port.postMessage({ week, bytes }, [bytes.buffer])
})
