import { computed, effect } from '@preact/signals'
import type { AppModel } from '../state/app-model.ts'
import { isRunning } from '../format/words.ts'

/** Of `Navigator`; absent where apps have no badge. */
export type BadgeNavigator = Partial<Pick<Navigator, 'setAppBadge' | 'clearAppBadge'>>

/** Shows on the app’s icon how many transfers run; those that are paused do not. */
export function followBadge(model: AppModel, page: { navigator: BadgeNavigator; target: EventTarget }): () => void {
  const { navigator, target } = page
  const count = computed(() => {
    return model.snapshot.value.transfers.filter((each) => isRunning(each) && each.phase.state !== 'paused').length
  })
  const show = () => void showCount(navigator, count.peek())
  const clear = () => void showCount(navigator, 0)
  const stopFollowing = effect(() => void showCount(navigator, count.value))
  // The node goes with the last page; where another page is left, it shows the badge when it is looked at.
  target.addEventListener('pagehide', clear)
  target.addEventListener('pageshow', show)
  target.addEventListener('focus', show)
  return () => {
    stopFollowing()
    target.removeEventListener('pagehide', clear)
    target.removeEventListener('pageshow', show)
    target.removeEventListener('focus', show)
    clear()
  }
}

async function showCount(navigator: BadgeNavigator, count: number): Promise<void> {
  try {
    if (count === 0) await navigator.clearAppBadge?.()
    else await navigator.setAppBadge?.(count)
  } catch {
    // Not installed, or not allowed: nobody waits for it.
  }
}
