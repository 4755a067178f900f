import { useEffect } from 'preact/hooks'

/** Listens to what bubbles up to an element that is no control itself. */
export function useListener<K extends keyof HTMLElementEventMap>(
  element: { readonly current: HTMLElement | null },
  type: K,
  listener: (event: HTMLElementEventMap[K]) => void,
): void {
  useEffect(() => {
    const target = element.current
    target?.addEventListener(type, listener)
    return () => target?.removeEventListener(type, listener)
  })
}
