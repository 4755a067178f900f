/** Backups: everything held as one file, and back. */
import { useApp } from '../app-context.ts'
import { ErrorBox } from '../components/error-box.tsx'
import { sentenceOfBackup } from '../format/backup-words.ts'
import { displayName } from '../format/names.ts'
import { percentOf } from '../format/bytes.ts'
import { BackupReport } from './backup-report.tsx'
import { MakeBackup } from './make-backup.tsx'
import { RestoreBackup } from './restore-backup.tsx'

export function BackupSection() {
  const { backup } = useApp().device
  const isRunning = backup.isBusy.value || backup.progress.value !== undefined
  return (
    <section class="card" aria-labelledby="backup-title">
      <h2 id="backup-title">Backup</h2>
      <p class="quiet">
        One file with everything that is held here: files with their links, communities with their histories, settings.
        Quire in any browser restores it, and adds it to what is there.
      </p>
      <div class="backup-outcome" aria-live="polite">
        <Outcome />
      </div>
      {isRunning ? <Progress /> : null}
      {isRunning ? null : (
        <>
          <MakeBackup />
          <RestoreBackup />
        </>
      )}
    </section>
  )
}

function Progress() {
  const { backup } = useApp().device
  const progress = backup.progress.value
  const stage = backup.stage.value
  const isHere = backup.isBusy.value
  const isRestore = progress?.kind === 'import' || stage.state === 'restoring'
  const percent = progress === undefined ? undefined : percentOf(progress.doneBytes, progress.totalBytes)
  const words =
    progress === undefined ? (isRestore ? 'Reading the backup' : 'Making a backup') : sentenceOfBackup(progress)
  return (
    <div class="backup-progress">
      <p class="numbers">
        {words}
        {isHere ? '' : ', in another tab'}
      </p>
      <progress class="progress" max={100} aria-label={words} {...(percent === undefined ? {} : { value: percent })} />
      <p class="quiet">
        Keep {isHere ? 'this page' : 'that tab'} open until it is done.{' '}
        {isRestore ? 'If you stop, what was added so far stays.' : 'If you stop, no half of a backup is left.'}
      </p>
      <button type="button" class="button" onClick={() => void backup.cancel()}>
        Stop
      </button>
    </div>
  )
}

function Outcome() {
  const { backup } = useApp().device
  const stage = backup.stage.value
  const close = (
    <button type="button" class="button" onClick={() => backup.dismiss()}>
      Close
    </button>
  )
  switch (stage.state) {
    case 'made':
      return (
        <div class="offer">
          <p>
            {stage.isDownload
              ? `The browser downloads “${displayName(stage.fileName)}”. Look whether it is among your downloads.`
              : `The backup is in “${displayName(stage.fileName)}”.`}{' '}
            {stage.hasKeys ? 'Your keys are in it: keep it where nobody else reads it.' : 'It holds no keys.'}
          </p>
          <div class="button-row">{close}</div>
        </div>
      )
    case 'stopped':
      return (
        <div class="offer">
          <p>{stage.kind === 'export' ? 'Stopped. No backup was made.' : 'Stopped. What was added so far is here.'}</p>
          <div class="button-row">{close}</div>
        </div>
      )
    case 'failed':
      return (
        <ErrorBox
          error={stage.error}
          title={stage.kind === 'export' ? 'No backup was made' : 'The backup was not restored'}
        >
          {close}
        </ErrorBox>
      )
    case 'restored':
      return <BackupReport file={stage.file} report={stage.report} />
    default:
      return null
  }
}
