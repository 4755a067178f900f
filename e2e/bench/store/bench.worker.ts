import { opfsGets, type OpfsInit, opfsPuts } from './opfs-slab.ts'
import { quireFetches, quireGets, type QuireInit, quirePuts, quireUpload } from './quire-store.ts'
import { rawGets, type RawInit, rawPuts } from './raw-indexed-db.ts'
import type { Sample } from './sample.ts'

export type Job =
  | ({ readonly kind: 'raw-put' | 'raw-get' } & RawInit)
  | ({ readonly kind: 'opfs-put' | 'opfs-get' } & OpfsInit)
  | ({ readonly kind: 'put' | 'fetch' | 'get' } & QuireInit)
  | { readonly kind: 'upload'; readonly file: File; readonly usesFiles: boolean }

const WORK = {
  'raw-put': rawPuts,
  'raw-get': rawGets,
  'opfs-put': opfsPuts,
  'opfs-get': opfsGets,
  put: quirePuts,
  fetch: quireFetches,
  get: quireGets,
}

async function run(job: Job): Promise<Sample> {
  if (job.kind === 'upload') return quireUpload(job)
  // Each function takes the fields of its own kind.
  const work = WORK[job.kind] as (init: Job) => Promise<Sample>
  return work(job)
}

addEventListener('message', ({ data }: MessageEvent<Job>) => {
  run(data).then(
    (sample) => postMessage({ sample }),
    (error: unknown) => postMessage({ error: String(error) }),
  )
})
