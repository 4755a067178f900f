import { signal } from '@preact/signals'
import type { ReadonlySignal } from '@preact/signals'
import { useEffect, useMemo } from 'preact/hooks'

/** Below this width the details of what is chosen lie over the list as a sheet; `layout.css` has the same number. */
export const SHEET_QUERY = '(max-width: 1079px)'

/** Whether a media query holds now. */
export function useMedia(query: string): ReadonlySignal<boolean> {
  const list = useMemo(() => matchMedia(query), [query])
  const matches = useMemo(() => signal(list.matches), [list])
  useEffect(() => {
    const update = () => (matches.value = list.matches)
    list.addEventListener('change', update)
    return () => list.removeEventListener('change', update)
  }, [list, matches])
  return matches
}
