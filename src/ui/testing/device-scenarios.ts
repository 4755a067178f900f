/** States of the page that concern the device: space, backups, what is offered. */
import { QuireError } from '../../errors.ts'
import type { BackupView, EvictionView, ImportReportView } from '../../rpc/api.ts'
import { EMPTY_REPORT, datasetOf, fakeCid, transferOf } from './fake-datasets.ts'
import { DATASETS, errorOf, type Scenario, stateWith } from './scenario-parts.ts'

const LATELY = Date.UTC(2026, 7, 20, 9, 30)

const EVICTION: EvictionView = {
  reason: 'needed',
  atMs: LATELY,
  evicted: [
    { cid: fakeCid(31), name: 'lecture-on-bees.mp4', sizeBytes: 812_000_000, lastUsedAtMs: Date.UTC(2026, 2, 2) },
    { cid: fakeCid(32), name: 'map-of-the-allotments.tiff', sizeBytes: 48_000_000, lastUsedAtMs: LATELY },
    { cid: fakeCid(33), sizeBytes: 1_200_000, lastUsedAtMs: LATELY },
  ],
}

const BACKUP: BackupView = {
  id: 'backup-1',
  kind: 'export',
  state: 'running',
  doneBytes: 1_204_000_000,
  totalBytes: 4_020_000_000,
  doneDatasets: 3,
  totalDatasets: 12,
  startedAtMs: LATELY,
}

export const REPORT: ImportReportView = {
  ...EMPTY_REPORT,
  datasetCount: 14,
  archiveCount: 26,
  datasets: [
    {
      cid: fakeCid(41),
      name: 'lecture-on-bees.mp4',
      sizeBytes: 812_000_000,
      outcome: 'damaged',
      addedBlocks: 12_388,
      damagedBlocks: 2,
    },
    {
      cid: fakeCid(42),
      name: 'scan-of-the-parish-register.tar',
      sizeBytes: 9_812_000_000,
      outcome: 'refused',
      addedBlocks: 0,
      damagedBlocks: 0,
      error: errorOf('ERR_STORE_FULL', 'There is no room for it.'),
    },
    { cid: fakeCid(43), name: 'seeds.csv', sizeBytes: 18_240, outcome: 'known', addedBlocks: 0, damagedBlocks: 0 },
  ],
  communities: [{ id: `0x02${'ab'.repeat(32)}`, name: 'Garden club' }],
  keys: { state: 'locked', addedCount: 0, knownCount: 0, refused: [], peerKey: 'none' },
}

const settings = { state: stateWith(), hash: '#/settings' } as const
const done = stateWith({ transfers: [transferOf(fakeCid(2), { state: 'done' }, { name: 'harvest.mp4' })] })

export const DEVICE_SCENARIOS = {
  'pins-mixed': {
    state: stateWith({ datasets: DATASETS.map((dataset, at) => ({ ...dataset, isPinned: at % 2 === 0 })) }),
    hash: `#/${fakeCid(2)}`,
  },
  evicted: { state: stateWith(), eviction: EVICTION },
  'settings-evicted': { ...settings, eviction: EVICTION },
  'settings-kept': { ...settings, device: { isPersistent: true, installing: 'installed' } },
  'settings-safari': { ...settings, device: { installing: 'by-hand', forgetsAfterDays: 7 } },
  'settings-installable': { ...settings, device: { installing: 'asks', opensLinks: true } },
  'settings-communities-space': {
    hash: '#/settings',
    state: stateWith({
      space: {
        usedBytes: 612_000_000,
        quotaBytes: 12_400_000_000,
        freeBytes: 9_000_000_000,
        blockCount: 9_338,
        pinnedBytes: 61_000_000,
        cachedBytes: 251_000_000,
      },
    }),
  },
  'offer-keep': { state: done },
  'offer-install': { state: done, device: { isPersistent: true, installing: 'asks' } },
  'offer-safari': { state: done, device: { isPersistent: true, installing: 'by-hand', forgetsAfterDays: 7 } },
  'backup-running': { ...settings, backup: BACKUP },
  'restore-running': { ...settings, backup: { ...BACKUP, id: 'backup-2', kind: 'import' } },
  'backup-chosen': { ...settings, chosenBackup: 'Quire backup 2026-08-20.quire' },
  'backup-restored': { ...settings, restored: REPORT },
  'backup-broken': {
    ...settings,
    restored: {
      ...EMPTY_REPORT,
      isWhole: false,
      error: errorOf('ERR_BACKUP_INVALID', 'The backup ends in the middle.'),
      datasetCount: 1,
      datasets: [datasetOf(fakeCid(4), { name: 'seeds.csv' })].map(({ cid, name, sizeBytes }) => {
        return { cid, name, sizeBytes, outcome: 'added', addedBlocks: 1, damagedBlocks: 0 } as const
      }),
    },
  },
  'backup-failed': { ...settings, restored: new QuireError('ERR_BACKUP_INVALID', 'This file is no backup of Quire.') },
} as const satisfies Record<string, Scenario>
