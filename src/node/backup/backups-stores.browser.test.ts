import { createIdbBlockStore } from '../../store/idb-block-store.ts'
import { describeBackups } from './backups.contract.ts'

describeBackups('IndexedDB', {
  create: async (databaseName, quotaBytes) => createIdbBlockStore({ databaseName, quotaBytes }),
  remove: (name) =>
    new Promise((resolve, reject) => {
      const deleting = indexedDB.deleteDatabase(name)
      deleting.addEventListener('success', () => resolve())
      deleting.addEventListener('error', () => reject(deleting.error ?? new Error('It could not be deleted.')))
    }),
})
