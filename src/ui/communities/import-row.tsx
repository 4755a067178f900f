import type { ImportView } from '../../rpc/history-api.ts'
import { useApp } from '../app-context.ts'
import { ErrorBox } from '../components/error-box.tsx'
import { FileName } from '../components/file-name.tsx'
import { Icon } from '../components/icon.tsx'
import { countOf, formatCount, formatProgress, percentOf } from '../format/bytes.ts'
import { displayName } from '../format/names.ts'
import { IMPORT_KIND_WORDS, isImportRunning, wordsOfImport } from './community-words.ts'

/** One import: what it is, how far it is, what could not be read. */
export function ImportRow({ item }: { item: ImportView }) {
  const { actions } = useApp().history
  const { id, fileName, kind, state } = item
  const { text, tone } = wordsOfImport(item)
  const name = displayName(fileName)
  return (
    <li class="row transfer-row">
      <div class="transfer-head">
        <FileName name={fileName} />
        {isImportRunning(item) ? (
          <button
            type="button"
            class="button"
            aria-label={`Stop ${name}`}
            onClick={() => void actions.stopImport(id, fileName)}
          >
            <Icon name="stop" />
            Stop
          </button>
        ) : null}
      </div>
      {kind === undefined ? null : <p class="quiet">{IMPORT_KIND_WORDS[kind]}</p>}
      {state.state === 'failed' ? (
        <ErrorBox error={state.error}>
          <DismissButton item={item} />
        </ErrorBox>
      ) : (
        <p class={`sentence sentence-${tone} numbers`}>{text}</p>
      )}
      {isImportRunning(item) ? <ImportProgress item={item} /> : null}
      <Problems item={item} />
      {isImportRunning(item) || state.state === 'failed' ? null : (
        <div class="button-row">
          <DismissButton item={item} />
        </div>
      )}
    </li>
  )
}

function ImportProgress({ item }: { item: ImportView }) {
  const { readBytes, totalBytes, fileName, state } = item
  const percent = percentOf(readBytes, totalBytes)
  const isKnown = state.state === 'reading' && percent !== undefined
  return (
    <div class="progress-line">
      <progress
        class="progress"
        aria-label={`Import of ${displayName(fileName)}`}
        {...(isKnown ? { max: 100, value: percent } : {})}
      />
      <p class="progress-facts numbers">
        <span class="progress-amounts">{formatProgress(readBytes, totalBytes)}</span>
        {isKnown ? <span class="progress-percent">{percent} %</span> : null}
      </p>
    </div>
  )
}

function Problems({ item: { problemCount, problems } }: { item: ImportView }) {
  if (problemCount === 0) return null
  return (
    <details class="error-details">
      <summary>{countOf(problemCount, 'entry', 'entries')} could not be read</summary>
      <ul class="problems">
        {problems.map(({ where, what }, at) => (
          <li key={at}>
            <span class="mono">{where}</span> {what}
          </li>
        ))}
      </ul>
      {problemCount > problems.length ? <p>And {formatCount(problemCount - problems.length)} more.</p> : null}
    </details>
  )
}

function DismissButton({ item }: { item: ImportView }) {
  const { actions } = useApp().history
  return (
    <button
      type="button"
      class="button"
      aria-label={`Dismiss ${displayName(item.fileName)}`}
      onClick={() => void actions.dismissImport(item.id)}
    >
      Dismiss
    </button>
  )
}
