import { useMemo } from 'preact/hooks'
import { displayName, splitName } from '../format/names.ts'

/** A file’s name in one line; what does not fit is left out before its end, so that the extension stays. */
export function FileName({ name }: { name: string | undefined }) {
  // Lists are drawn anew with each step of a transfer, and to split a name is the most costly part of a row.
  return useMemo(() => drawName(name), [name])
}

function drawName(name: string | undefined) {
  const shown = displayName(name)
  const { head, tail } = splitName(shown)
  return (
    <bdi class="file-name" dir="auto" title={shown}>
      {tail === '' ? (
        <span class="file-name-head">{head}</span>
      ) : (
        <>
          <span class="unseen">{shown}</span>
          <span class="file-name-head" aria-hidden="true">
            {head}
          </span>
          <span class="file-name-tail" aria-hidden="true">
            {tail}
          </span>
        </>
      )}
    </bdi>
  )
}
