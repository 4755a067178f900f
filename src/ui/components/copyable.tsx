/** A CID, peer id or address: in short until it is focused or pointed at, copied by one click. */
import { useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import { useApp } from '../app-context.ts'
import { shortenMiddle } from '../format/names.ts'
import { Icon } from './icon.tsx'

/** How long “Copied” stands in place of the button’s icon. */
const COPIED_SHOWN_MS = 2000

interface CopyableProps {
  readonly text: string
  /** What it is: “CID”, “Peer id”. */
  readonly label: string
}

/** `words` stand for the text where its ends say little. */
export function Copyable({ text, label, words }: CopyableProps & { readonly words?: string }) {
  const { isCopied, copy } = useCopy(text, label)
  return (
    <button type="button" class="copyable" onClick={copy}>
      <span class="unseen">Copy {label}</span>
      <span class="copyable-text">
        <span class={words === undefined ? 'copyable-short mono' : 'copyable-short'}>
          {words ?? shortenMiddle(text)}
        </span>
        <span class="copyable-whole mono">{text}</span>
      </span>
      <Icon name={isCopied ? 'check' : 'copy'} />
    </button>
  )
}

/** A plain button that copies `text` and says so for a moment. */
export function CopyButton({
  text,
  label,
  words,
  isPrimary = false,
}: CopyableProps & { readonly words: string; readonly isPrimary?: boolean }) {
  const { isCopied, copy } = useCopy(text, label)
  return (
    <button type="button" class={isPrimary ? 'button button-primary' : 'button'} onClick={copy}>
      <Icon name={isCopied ? 'check' : 'copy'} />
      {isCopied ? 'Copied' : words}
    </button>
  )
}

function useCopy(text: string, label: string) {
  const { files } = useApp()
  const copiedText = useSignal<string | undefined>(undefined)
  const isCopied = copiedText.value === text
  useEffect(() => {
    if (!isCopied) return undefined
    const timer = setTimeout(() => (copiedText.value = undefined), COPIED_SHOWN_MS)
    return () => clearTimeout(timer)
  }, [isCopied])
  const copy = () => void files.copy(text, label).then((isDone) => (copiedText.value = isDone ? text : undefined))
  return { isCopied, copy }
}
