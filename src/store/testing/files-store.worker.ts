/** A store with files in a worker of its own, told what to do by messages; ended by `terminate`, as a browser ends it. */
import { isQuireError } from '../../errors.ts'
import type { BlockStore, StoreSpace, UploadSession } from '../block-store.ts'
import { labelsOf, makeDataset, texts } from '../dataset-fixture.contract.ts'
import { createIdbBlockStore } from '../idb-block-store.ts'

const BLOCK_SIZE_BYTES = 65_536

export type Order =
  | {
      readonly do: 'start'
      readonly databaseName: string
      readonly bucketQuotaBytes?: number
      readonly usesFiles?: boolean
    }
  /** Puts the first `putCount` blocks, and commits where that is all of them. */
  | { readonly do: 'upload'; readonly prefix: string; readonly blockCount: number; readonly putCount: number }
  | { readonly do: 'check'; readonly prefix: string; readonly blockCount: number }
  | { readonly do: 'delete'; readonly prefix: string; readonly blockCount: number }
  | { readonly do: 'stop' }

export interface Report {
  readonly space?: StoreSpace
  readonly interruptedCount?: number
  readonly fileBytes?: number
  /** Whether every block reads back as it was made. */
  readonly isWhole?: boolean
  readonly errorCode?: string
}

interface StorageBuckets {
  open(
    name: string,
    init: { quota: number },
  ): Promise<{ indexedDB: IDBFactory; getDirectory: StorageManager['getDirectory'] }>
}

let store: BlockStore | undefined
let folderName = ''

async function obey(order: Order): Promise<Report> {
  if (order.do === 'start') await start(order)
  else if (store === undefined) throw new Error('The store was not started.')
  else if (order.do === 'stop') await store.stop()
  else return dealWith(store, order)
  return report(store)
}

async function start({ databaseName, bucketQuotaBytes, usesFiles }: Order & { do: 'start' }): Promise<void> {
  folderName = `${databaseName}-blocks`
  if (bucketQuotaBytes !== undefined) await moveToBucket(databaseName, bucketQuotaBytes)
  store = createIdbBlockStore({ databaseName, usesFiles })
  await store.start()
}

async function dealWith(open: BlockStore, order: Exclude<Order, { do: 'start' | 'stop' }>): Promise<Report> {
  const blockSizeBytes = BLOCK_SIZE_BYTES
  const dataset = await makeDataset(labelsOf(order.prefix, order.blockCount), { blockSizeBytes })
  if (order.do === 'delete') await open.deleteDataset(dataset.manifestCid)
  if (order.do === 'check') {
    const blocks = await open.getProvenBlocks(dataset.treeCid, [...dataset.blocks.keys()])
    return {
      ...(await report(open)),
      isWhole: String(texts(blocks).map(textOf)) === String(texts(dataset.blocks).map(textOf)),
    }
  }
  if (order.do === 'upload') {
    const session = await beginOrResume(open, { name: order.prefix, sizeBytes: dataset.sizeBytes, lastModifiedMs: 0 })
    await session.put(dataset.blocks.slice(0, order.putCount))
    if (order.putCount === order.blockCount) await session.commit(dataset)
  }
  return report(open)
}

async function beginOrResume(
  open: BlockStore,
  file: { name: string; sizeBytes: number; lastModifiedMs: number },
): Promise<UploadSession> {
  const [interrupted] = await open.listInterruptedUploads()
  const resumed = interrupted && (await open.resumeUpload(interrupted.id))
  return resumed ?? open.beginUpload({ blockSizeBytes: BLOCK_SIZE_BYTES, file })
}

async function report(open: BlockStore | undefined): Promise<Report> {
  const fileBytes = await sizeOfFiles()
  try {
    const [space, interrupted] = await Promise.all([open?.space(), open?.listInterruptedUploads()])
    return { ...(space === undefined ? {} : { space }), interruptedCount: interrupted?.length ?? 0, fileBytes }
  } catch {
    // It was stopped, and has nothing to tell.
    return { fileBytes }
  }
}

async function sizeOfFiles(): Promise<number> {
  const root = await navigator.storage.getDirectory()
  const folder = await root.getDirectoryHandle(folderName, { create: true })
  let sizeBytes = 0
  for await (const handle of folder.values()) {
    if (handle instanceof FileSystemFileHandle) sizeBytes += (await handle.getFile()).size
  }
  return sizeBytes
}

/** Storage with a quota of its own: Chromium’s storage buckets, which TypeScript does not know yet. */
async function moveToBucket(name: string, quota: number): Promise<void> {
  const { storageBuckets } = navigator as Navigator & { storageBuckets: StorageBuckets }
  const bucket = await storageBuckets.open(name, { quota })
  Object.defineProperty(globalThis, 'indexedDB', { value: bucket.indexedDB })
  navigator.storage.getDirectory = () => bucket.getDirectory()
}

function textOf(block: { index: number; digest: string; bytes: string }): string {
  return `${block.index} ${block.digest} ${block.bytes}`
}

async function answer(order: Order): Promise<void> {
  try {
    postMessage(await obey(order))
  } catch (error) {
    postMessage({ errorCode: isQuireError(error) ? error.code : String(error) })
  }
}

addEventListener('message', ({ data }: MessageEvent<Order>) => void answer(data))
