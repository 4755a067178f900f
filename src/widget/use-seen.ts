/** Whether an element has been in sight for a moment, so that nobody presses what a page put under their pointer. */
import { useSignal } from '@preact/signals'
import { useEffect, useRef } from 'preact/hooks'
import type { RefObject } from 'preact'

/** From the moment at which it is seen; a double click takes less. */
const SETTLED_MS = 600

/** Chromium says whether anything lies over an element, also of the page around; elsewhere only whether it is in sight. */
interface TrackedEntry extends IntersectionObserverEntry {
  readonly isVisible?: boolean
}

const OPTIONS: IntersectionObserverInit & { trackVisibility: boolean; delay: number } = {
  threshold: 1,
  trackVisibility: true,
  delay: 100,
}

export function useSeen<T extends Element>(): { isSeen: boolean; isCovered: boolean; element: RefObject<T | null> } {
  const element = useRef<T>(null)
  const isSeen = useSignal(false)
  const isCovered = useSignal(false)
  useEffect(() => {
    if (element.current === null) return undefined
    let timer: ReturnType<typeof setTimeout> | undefined
    const observer = new IntersectionObserver((entries) => {
      const entry: TrackedEntry | undefined = entries.at(-1)
      if (entry === undefined) return
      const isThere = entry.isIntersecting && entry.isVisible !== false
      clearTimeout(timer)
      isCovered.value = entry.isIntersecting && entry.isVisible === false
      if (isThere) timer = setTimeout(() => (isSeen.value = true), SETTLED_MS)
      else isSeen.value = false
    }, OPTIONS)
    observer.observe(element.current)
    return () => {
      clearTimeout(timer)
      observer.disconnect()
    }
  }, [])
  return { isSeen: isSeen.value, isCovered: isCovered.value, element }
}
