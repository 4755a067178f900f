/** Datasets and transfers that a fake node shows. */
import { QuireError } from '../../errors.ts'
import type { BlockMapView, DatasetView, ImportReportView, TransferView } from '../../rpc/api.ts'
import { findCid } from '../state/route.ts'

/** A text of the form of a manifest CID; different for each `seed`. */
export function fakeCid(seed: number): string {
  const alphabet = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz'
  let state = seed * 2654435761 + 12345
  const letters = Array.from({ length: 45 }, () => {
    state = (Math.imul(state, 1103515245) + 12345) >>> 0
    return alphabet[(state >>> 16) % alphabet.length] ?? '1'
  })
  return `zDvZRwz${letters.join('')}`
}

/** Errors: `ERR_LINK_INVALID`. */
export function requireCid(link: string): string {
  const cid = findCid(link)
  if (cid === undefined) throw new QuireError('ERR_LINK_INVALID', 'This text is no link and no CID.')
  return cid
}

/** A complete upload of one megabyte, with what is given in place of it. */
export function datasetOf(cid: string, given: Partial<DatasetView> = {}): DatasetView {
  const sizeBytes = given.sizeBytes ?? 1_048_576
  const blockCount = given.blockCount ?? Math.max(1, Math.ceil(sizeBytes / 65_536))
  const haveCount = given.haveCount ?? blockCount
  return {
    cid,
    treeCid: cid.replace('zDvZRwz', 'zDzSvJT'),
    blockSizeBytes: 65_536,
    name: 'notes.txt',
    origin: 'upload',
    addedAtMs: Date.UTC(2026, 7, 20, 9, 30),
    isAnnounced: true,
    isPinned: (given.origin ?? 'upload') === 'upload',
    lastUsedAtMs: given.addedAtMs ?? Date.UTC(2026, 7, 20, 9, 30),
    ...given,
    sizeBytes,
    blockCount,
    haveCount,
    isComplete: haveCount === blockCount,
  }
}

/** Of a backup with nothing in it. */
export const EMPTY_REPORT: ImportReportView = {
  madeAtMs: Date.UTC(2026, 7, 20, 9, 30),
  isWhole: true,
  datasets: [],
  datasetCount: 0,
  archiveCount: 0,
  addedBlocks: 0,
  damagedBlocks: 0,
  communities: [],
  keys: { state: 'none', addedCount: 0, knownCount: 0, refused: [], peerKey: 'none' },
}

/** A fetch in a given phase, with what is given in place of its numbers. */
export function transferOf(cid: string, phase: TransferView['phase'], given: Partial<TransferView> = {}): TransferView {
  return {
    id: `fetch-${cid}`,
    kind: 'fetch',
    name: cid,
    cid,
    phase,
    isPausable: given.kind !== 'save',
    doneBytes: 0,
    bytesPerSecond: 0,
    startedAtMs: Date.UTC(2026, 7, 20, 9, 31),
    ...given,
  }
}

/** The blocks of a partial dataset as a fetch leaves them: here, some on their way, the last ones with nobody. */
export function fakeBlockMap(
  { blockCount, haveCount }: DatasetView,
  { maxCells, phase }: { maxCells: number; phase: TransferView['phase']['state'] | undefined },
): BlockMapView {
  const isLive = phase !== undefined
  const cellBlocks = Math.max(1, Math.ceil(blockCount / maxCells))
  const counts = new Uint32Array(4 * Math.ceil(blockCount / cellBlocks))
  const comingEnd = phase === 'moving' ? haveCount + blockCount * 0.05 : haveCount
  const heldEnd = isLive && phase !== 'waiting' ? blockCount * 0.9 : comingEnd
  const ends = [haveCount, comingEnd, heldEnd, blockCount]
  for (let index = 0; index < blockCount; index++) {
    const state = ends.findIndex((end) => index < end)
    const at = 4 * Math.floor(index / cellBlocks) + (state === -1 ? 3 : state)
    counts[at] = (counts[at] ?? 0) + 1
  }
  return { blockCount, cellBlocks, counts, isLive }
}
