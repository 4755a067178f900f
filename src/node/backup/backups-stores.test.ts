import { rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createLmdbBlockStore } from '../../store/lmdb-block-store.ts'
import { MemoryKv } from '../../store/memory-kv.ts'
import { KvBlockStore } from '../../store/kv-block-store.ts'
import { quotaProbe } from '../../store/quota.ts'
import { describeBackups } from './backups.contract.ts'

/** Keeps what it has when it is closed. */
class LastingKv extends MemoryKv {
  override async close(): Promise<void> {
    return undefined
  }
}

describeBackups('memory', {
  create: async (_name, quotaBytes) => new KvBlockStore({ kv: new LastingKv(), probe: quotaProbe({ quotaBytes }) }),
  remove: async () => undefined,
})

describeBackups('LMDB', {
  create: async (name, quotaBytes) => createLmdbBlockStore({ path: join(tmpdir(), name), quotaBytes }),
  remove: (name) => rm(join(tmpdir(), name), { recursive: true, force: true }),
})
