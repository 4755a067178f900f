/** An error for a person: what happened, what to do, and folded away what a report needs. */
import type { ComponentChildren } from 'preact'
import type { ErrorView } from '../../rpc/api.ts'
import { errorReport } from '../format/error-report.ts'
import { sentenceOfError } from '../format/words.ts'
import { CopyButton } from './copyable.tsx'
import { Icon } from './icon.tsx'

interface ErrorBoxProps {
  readonly error: ErrorView
  /** What was being done, where the message alone does not say it. */
  readonly title?: string | undefined
  /** Buttons: try again, dismiss. */
  readonly children?: ComponentChildren
}

export function ErrorBox({ error, title, children }: ErrorBoxProps) {
  return (
    <div class="error-box">
      <Icon name="warning" />
      <div class="error-words">
        {title === undefined ? null : (
          <p class="error-title" dir="auto">
            {title}
          </p>
        )}
        <p class={title === undefined ? 'error-title' : undefined}>{sentenceOfError(error)}</p>
        <p class="quiet">{error.advice}</p>
        <ErrorDetails error={error} />
        {children === undefined ? null : <div class="button-row">{children}</div>}
      </div>
    </div>
  )
}

function ErrorDetails({ error }: { error: ErrorView }) {
  const report = errorReport(error)
  return (
    <details class="error-details">
      <summary>Details</summary>
      <pre class="mono">{report}</pre>
      <CopyButton text={report} label="Details" words="Copy details" />
    </details>
  )
}
