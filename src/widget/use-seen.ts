/** Whether an element has been in sight for a moment, so that nobody presses what a page put under their pointer. */
import { useSignal } from '@preact/signals'
import { useEffect, useRef } from 'preact/hooks'
import type { RefObject } from 'preact'

/** out: not all of it is in sight · covered: something lies over it · settling: for a moment yet · seen */
export type Sight = 'out' | 'covered' | 'settling' | 'seen'

/** From the moment at which it is seen; a double click takes less. */
const SETTLED_MS = 600
/** All of it, but for what is lost where pixels of the page and of the screen do not meet. */
const WHOLE_RATIO = 0.98

/** Chromium says whether anything lies over an element, also of the page around; elsewhere only whether it is in sight. */
interface TrackedEntry extends IntersectionObserverEntry {
  readonly isVisible?: boolean
}

const OPTIONS: IntersectionObserverInit & { trackVisibility: boolean; delay: number } = {
  threshold: [0, WHOLE_RATIO],
  trackVisibility: true,
  delay: 100,
}

export function useSeen<T extends Element>(): { sight: Sight; element: RefObject<T | null> } {
  const element = useRef<T>(null)
  const sight = useSignal<Sight>('settling')
  useEffect(() => {
    if (element.current === null) return undefined
    let timer: ReturnType<typeof setTimeout> | undefined
    const observer = new IntersectionObserver((entries) => {
      const entry: TrackedEntry | undefined = entries.at(-1)
      if (entry === undefined) return
      clearTimeout(timer)
      sight.value = sightOf(entry)
      if (sight.value === 'settling') timer = setTimeout(() => (sight.value = 'seen'), SETTLED_MS)
    }, OPTIONS)
    observer.observe(element.current)
    return () => {
      clearTimeout(timer)
      observer.disconnect()
    }
  }, [])
  return { sight: sight.value, element }
}

function sightOf({ intersectionRatio, isVisible }: TrackedEntry): Sight {
  if (intersectionRatio < WHOLE_RATIO) return 'out'
  return isVisible === false ? 'covered' : 'settling'
}
