import { useSignal } from '@preact/signals'
import type { ImportReportView } from '../../rpc/api.ts'
import { useApp } from '../app-context.ts'
import { ErrorBox } from '../components/error-box.tsx'
import { sentenceOfImported, sentencesOfReport } from '../format/backup-words.ts'
import { displayName } from '../format/names.ts'
import { formatMoment } from '../format/time.ts'

const SHOWN = 20

/** What a restore did, and what of it needs a word. */
export function BackupReport({ file, report }: { file: File; report: ImportReportView }) {
  const { backup } = useApp().device
  const { datasets, communities, keys } = report
  const concerns = [
    ...datasets.map((each) => ({ name: displayName(each.name), words: sentenceOfImported(each) })),
    ...communities.map(({ name, error }) => ({ name: displayName(name), words: wordsOf(error) })),
    ...keys.refused.map(({ what, error }) => ({ name: what, words: wordsOf(error) })),
  ].filter(({ words }) => words !== undefined)
  return (
    <section class="offer" aria-labelledby="report-title">
      <h3 id="report-title">{report.isWhole ? 'Restored' : 'Restored in part'}</h3>
      <p class="quiet">From the backup of {formatMoment(report.madeAtMs)}. Nothing that was here was lost.</p>
      {report.error === undefined ? null : <ErrorBox error={report.error} title="The backup broke off" />}
      <ul class="steps">
        {sentencesOfReport(report).map((sentence) => (
          <li key={sentence}>{sentence}</li>
        ))}
      </ul>
      {concerns.length === 0 ? null : (
        <ul class="rows">
          {concerns.slice(0, SHOWN).map(({ name, words }, at) => (
            <li key={`${at} ${name}`} class="row report-row">
              <strong dir="auto">{name}</strong>
              <span class="quiet">{words}</span>
            </li>
          ))}
        </ul>
      )}
      {concerns.length > SHOWN ? <p class="quiet">And {concerns.length - SHOWN} more.</p> : null}
      {keys.state === 'locked' ? <UnlockKeys file={file} /> : null}
      <div class="button-row">
        <button type="button" class="button" onClick={() => backup.dismiss()}>
          Close
        </button>
      </div>
    </section>
  )
}

/** The files are here by now: reading the backup again adds the keys alone. */
function UnlockKeys({ file }: { file: File }) {
  const { backup } = useApp().device
  const passphrase = useSignal('')
  const submit = (event: Event) => {
    event.preventDefault()
    if (passphrase.peek() !== '') void backup.restore(file, { passphrase: passphrase.peek() })
  }
  return (
    <form class="backup-form" aria-label="Unlock the keys" onSubmit={submit}>
      <label class="backup-field">
        <span>Passphrase of its keys</span>
        <input
          class="field"
          type="password"
          autocomplete="off"
          value={passphrase.value}
          onInput={({ currentTarget }) => (passphrase.value = currentTarget.value)}
        />
      </label>
      <button type="submit" class="button button-primary" disabled={passphrase.value === ''}>
        Take the keys, too
      </button>
    </form>
  )
}

function wordsOf(error: ImportReportView['error']): string | undefined {
  return error === undefined ? undefined : `${error.message} ${error.advice}`
}
