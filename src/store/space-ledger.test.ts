import { expect, it } from 'vitest'
import { createMemoryBlockStore } from './memory-block-store.ts'

const BLOCK_SIZE_BYTES = 65_536

it.each([
  { what: 'gigabytes', sizeBytes: 12_000_000_000, quotaBytes: 10_737_418_240, numbers: ['12.1 GB', '10.7 GB'] },
  { what: 'megabytes', sizeBytes: 2_000_000, quotaBytes: 1_050_000, numbers: ['2.1 MB', '1 MB'] },
  { what: 'both', sizeBytes: 1_000_000_000, quotaBytes: 999_990_000, numbers: ['1.1 GB', '999.9 MB'] },
  { what: 'nothing free', sizeBytes: 1, quotaBytes: 0, numbers: ['0.1 MB', '0 MB'] },
])('says in $what what a file needs and what is free', async ({ sizeBytes, quotaBytes, numbers: [needed, free] }) => {
  const store = createMemoryBlockStore({ quotaBytes })
  await store.start()
  const message = `This needs ${needed}, and ${free} are free.`
  await expect(store.beginUpload({ blockSizeBytes: BLOCK_SIZE_BYTES, sizeBytes })).rejects.toThrow(message)
  await store.stop()
})
