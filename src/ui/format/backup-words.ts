/** What a person reads of a backup that is made or restored. */
import type { BackupView, ImportedDatasetView, ImportReportView } from '../../rpc/api.ts'
import { countOf, formatCount, formatProgress } from './bytes.ts'
import { displayName } from './names.ts'

/** “Quire backup 2026-08-20.quire”, by the day of this device’s clock. */
export function backupFileName(nowMs: number): string {
  const now = new Date(nowMs)
  const [year, month, day] = [now.getFullYear(), now.getMonth() + 1, now.getDate()]
  return `Quire backup ${year}-${twoDigits(month)}-${twoDigits(day)}.quire`
}

/** “Making a backup: 3 of 12 files, 1.2 GB of 4.0 GB”. */
export function sentenceOfBackup({ kind, doneBytes, totalBytes, doneDatasets, totalDatasets }: BackupView): string {
  const files = totalDatasets === undefined ? countOf(doneDatasets, 'file') : filesOf(doneDatasets, totalDatasets)
  const verb = kind === 'export' ? 'Making a backup' : 'Restoring'
  return `${verb}: ${files}, ${formatProgress(doneBytes, totalBytes)}`
}

/** What a restore did, a sentence each. */
export function sentencesOfReport(report: ImportReportView): readonly string[] {
  const { archiveCount, communities, keys } = report
  const known = communities.filter(({ error }) => error === undefined)
  return [
    datasetsSentence(report),
    ...(archiveCount > 0 ? [`${countOf(archiveCount, 'part')} of communities’ histories came with it.`] : []),
    ...(known.length > 0 ? [`Followed now: ${known.map(({ name }) => `“${displayName(name)}”`).join(', ')}.`] : []),
    ...keySentences(keys),
  ]
}

/** What became of a file that needs a word; undefined for one that does not. */
export function sentenceOfImported(dataset: ImportedDatasetView): string | undefined {
  const { outcome, damagedBlocks, error } = dataset
  if (outcome === 'damaged') {
    return `${countOf(damagedBlocks, 'block')} of it ${damagedBlocks === 1 ? 'was' : 'were'} damaged and left out. Fetch the rest by its link.`
  }
  if (outcome === 'refused') return error === undefined ? 'Not restored.' : `${error.message} ${error.advice}`
  return undefined
}

function datasetsSentence({ datasetCount, datasets }: ImportReportView): string {
  if (datasetCount === 0) return 'It holds no files.'
  const count = (outcome: ImportedDatasetView['outcome']) => datasets.filter((each) => each.outcome === outcome).length
  const [damaged, refused, known] = [count('damaged'), count('refused'), count('known')]
  // The list is cut after those that need a word and before those that were added.
  const added = datasetCount - damaged - refused - known
  const parts = [
    ...(added > 0 ? [`${countOf(added, 'file')} added`] : []),
    ...(known > 0 ? [`${countOf(known, 'file')} here already`] : []),
    ...(damaged > 0 ? [`${countOf(damaged, 'file')} damaged`] : []),
    ...(refused > 0 ? [`${countOf(refused, 'file')} not restored`] : []),
  ]
  return `${parts.join(', ')}.`
}

function keySentences({ state, addedCount, knownCount, peerKey }: ImportReportView['keys']): readonly string[] {
  if (state === 'none') return ['It holds no keys.']
  if (state === 'locked') return ['Its keys are locked by a passphrase and were not taken.']
  const taken =
    addedCount > 0
      ? `${countOf(addedCount, 'key')} added${knownCount > 0 ? `, ${countOf(knownCount, 'key')} here already` : ''}.`
      : knownCount > 0
        ? 'Its keys are here already.'
        : 'Its keys were not taken.'
  return peerKey === 'taken'
    ? [taken, 'This device takes over the identity of the other one with the next start. Do not run both.']
    : [taken]
}

function filesOf(done: number, total: number): string {
  return `${formatCount(done)} of ${countOf(total, 'file')}`
}

function twoDigits(value: number): string {
  return String(value).padStart(2, '0')
}
