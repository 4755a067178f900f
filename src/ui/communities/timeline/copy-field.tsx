import { useSignal } from '@preact/signals'
import { Icon } from '../../components/icon.tsx'
import { shortenMiddle } from '../../format/names.ts'
import { useScope } from './timeline-scope.ts'

/** A key or id, in short; a click copies it whole. */
export function CopyField({ text, label }: { text: string; label: string }) {
  const { actions } = useScope()
  const isCopied = useSignal(false)
  const copy = async () => {
    await actions.copy(text, `The ${label}`)
    isCopied.value = true
  }
  return (
    <button type="button" class="copyable" title={text} onClick={() => void copy()}>
      <span class="unseen">Copy {label}</span>
      <span class="mono">{shortenMiddle(text)}</span>
      <Icon name={isCopied.value ? 'check' : 'copy'} />
    </button>
  )
}
