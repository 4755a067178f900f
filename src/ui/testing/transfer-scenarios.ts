/** States of uploads, fetches and saves. */
import type { ErrorView, TransferView } from '../../rpc/api.ts'
import { fakeCid, transferOf } from './fake-datasets.ts'
import { type FakeState } from './fake-node.ts'
import {
  DATASETS,
  errorOf,
  fetching,
  FULL_SPACE,
  KEEPER_DOWN,
  MOVING,
  NEW_CID,
  PARTIAL,
  type Scenario,
  stateWith,
  statusOf,
} from './scenario-parts.ts'

function failing(error: ErrorView): FakeState {
  return fetching({ state: 'failed', error }, { doneBytes: 97_000_000 })
}

const NO_PEER = errorOf('ERR_NO_PEER_HAS_IT', 'Nobody who is online has this file.', { details: { askedPeers: 3 } })
const ARRIVED = { doneBytes: 118_452_224 } as const
const WITH_PARTIAL = [PARTIAL, ...DATASETS]
/** A minute that began fast, stalled, and goes on. */
const RATES = Array.from({ length: 60 }, (_, second) => {
  if (second > 22 && second < 31) return 0
  return 3_400_000 + 1_300_000 * Math.sin(second / 5) + 300_000 * Math.sin(second * 2.3)
})

function uploading(given: Partial<TransferView> = {}): FakeState {
  const upload = transferOf(
    '',
    { state: 'moving', peers: 0 },
    {
      id: 'up-1',
      kind: 'upload',
      name: 'chronicle-scan-600dpi.tif',
      cid: undefined,
      doneBytes: 312_000_000,
      totalBytes: 940_000_000,
      bytesPerSecond: 61_000_000,
      secondsLeft: 10.3,
      ...given,
    },
  )
  return stateWith({ transfers: [upload] })
}

export const TRANSFER_SCENARIOS = {
  uploading: {
    state: uploading(),
    rates: RATES,
    queued: Array.from({ length: 12 }, (_, at) => `page-${at}.tif`),
  },
  busy: {
    state: stateWith({
      transfers: [
        transferOf(
          NEW_CID,
          { state: 'moving', peers: 3 },
          { name: 'spring-2026-field-recordings.flac', totalBytes: 412_300_000, ...MOVING },
        ),
        transferOf(
          fakeCid(51),
          { state: 'failed', error: NO_PEER },
          { id: 'busy-2', name: 'harvest-festival.mp4', doneBytes: 97_000_000, totalBytes: 152_000_000 },
        ),
        transferOf(fakeCid(52), { state: 'looking', askedPeers: 3 }, { id: 'busy-3' }),
        transferOf(
          '',
          { state: 'moving', peers: 0 },
          {
            id: 'busy-4',
            kind: 'upload',
            name: 'chronicle-scan-600dpi.tif',
            cid: undefined,
            doneBytes: 312_000_000,
            totalBytes: 940_000_000,
            bytesPerSecond: 61_000_000,
            secondsLeft: 10.3,
          },
        ),
        transferOf(
          fakeCid(53),
          { state: 'paused' },
          {
            id: 'busy-5',
            name: 'minutes-of-the-garden-club-autumn-and-winter-2025.pdf',
            totalBytes: 301_000_000,
            ...ARRIVED,
          },
        ),
      ],
    }),
    rates: RATES,
    queued: Array.from({ length: 4 }, (_, at) => `page-${at}.tif`),
  },
  looking: {
    state: stateWith({ transfers: [transferOf(NEW_CID, { state: 'looking', askedPeers: 3 })] }),
    hash: `#/${NEW_CID}`,
  },
  connected: { state: fetching({ state: 'connected', peers: 2 }) },
  fetching: {
    state: { ...fetching({ state: 'moving', peers: 2 }, MOVING), datasets: WITH_PARTIAL },
    hash: `#/${NEW_CID}`,
    rates: RATES,
  },
  'waiting-no-peer': { state: fetching({ state: 'waiting', reason: 'no-peer' }, { doneBytes: 118_452_224 }) },
  'waiting-keeper-down': {
    state: {
      ...fetching({ state: 'waiting', reason: 'keeper-down' }),
      status: statusOf({ state: 'no-keeper', error: KEEPER_DOWN }),
    },
  },
  'waiting-no-holder': { state: fetching({ state: 'waiting', reason: 'no-holder' }, { doneBytes: 118_452_224 }) },
  done: {
    state: stateWith({
      transfers: [
        transferOf(
          fakeCid(2),
          { state: 'done' },
          { name: 'harvest.mp4', doneBytes: 152_340_118, totalBytes: 152_340_118 },
        ),
      ],
    }),
    hash: `#/${fakeCid(2)}`,
  },
  cancelled: { state: fetching({ state: 'cancelled' }, { doneBytes: 118_452_224 }) },
  'failed-no-peer': { state: failing(NO_PEER), hash: `#/${NEW_CID}` },
  'failed-manifest': { state: failing(errorOf('ERR_MANIFEST_NOT_FOUND', 'Nobody who is online knows this file.')) },
  'failed-store-full': {
    state: {
      ...failing(
        errorOf('ERR_STORE_FULL', 'This file needs 412 MB; 20 MB are free.', {
          details: { neededBytes: 412_300_000, freeBytes: 20_000_000 },
          cause: new Error('QuotaExceededError'),
        }),
      ),
      space: FULL_SPACE,
    },
  },
  'fetching-on': {
    state: {
      ...fetching({ state: 'moving', peers: 3 }, { ...MOVING, continuedFromBytes: 97_000_000 }),
      datasets: WITH_PARTIAL,
    },
    rates: RATES,
  },
  paused: {
    state: { ...fetching({ state: 'paused' }, ARRIVED), datasets: WITH_PARTIAL },
    hash: `#/${NEW_CID}`,
  },
  'waiting-offline': {
    state: {
      ...fetching({ state: 'waiting', reason: 'offline' }, ARRIVED),
      datasets: WITH_PARTIAL,
      status: statusOf({ state: 'offline' }),
    },
    hash: `#/${NEW_CID}`,
  },
  'upload-paused': { state: uploading({ phase: { state: 'paused' }, bytesPerSecond: 0 }) },
  'upload-checking': {
    state: uploading({
      phase: { state: 'checking', checkedBytes: 124_000_000 },
      continuedFromBytes: 312_000_000,
      bytesPerSecond: 0,
    }),
  },
  'upload-going-on': { state: uploading({ continuedFromBytes: 301_000_000 }) },
  'upload-interrupted': {
    state: stateWith({
      interrupted: [
        {
          id: 4,
          name: 'film.mp4',
          sizeBytes: 940_000_000,
          storedBytes: 471_000_000,
          lastUsedAtMs: Date.UTC(2026, 7, 20),
        },
      ],
    }),
  },
  'uploads-not-added': {
    state: stateWith(),
    notAdded: Array.from({ length: 9 }, (_, at) => `page-${at}.tif`),
  },
  'upload-stopping': { state: uploading(), isStopping: true },
} as const satisfies Record<string, Scenario>
