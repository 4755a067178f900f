/** A thread that makes and signs archives of the sample, and makes search indexes of archives, one a message. */
import { parentPort, workerData } from 'node:worker_threads'
import { loadSecp256k1 } from '../../src/history/crypto/secp256k1.ts'
import {
  type SampleArchive,
  sampleArchive,
  sampleCommunity,
  sampleSearchIndex,
} from '../../src/history/sample/publish-sample.ts'
import type { SampleInit } from '../../src/history/sample/sample-message.ts'

/** What is asked for: a week’s archive, or the search index of one that was stored. */
export type WeekJob =
  | { readonly kind: 'archive'; readonly week: number }
  | { readonly kind: 'search'; readonly archive: SampleArchive }

const init = workerData as SampleInit
const port = parentPort
if (port === null) throw new Error('This program is a thread of another one.')
const curve = await loadSecp256k1()
const { id: community } = sampleCommunity(curve, init)

port.on('message', (job: WeekJob) => {
  void make(job).then((made) => {
    const bytes = Uint8Array.from(made)
    port.postMessage(bytes, [bytes.buffer])
  })
})

async function make(job: WeekJob): Promise<Uint8Array> {
  return job.kind === 'archive' ? sampleArchive(curve, init, job.week) : sampleSearchIndex(community, job.archive)
}
