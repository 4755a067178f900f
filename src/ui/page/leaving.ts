import { effect } from '@preact/signals'
import type { AppModel } from '../state/app-model.ts'
import { percentOf } from '../format/bytes.ts'
import { displayName } from '../format/names.ts'
import { isRunning } from '../format/words.ts'

/** Lets the browser ask before the page is left, only while that would lose work: listening always would slow going back. */
export function guardLeaving(model: AppModel, page: Window): () => void {
  const ask = (event: BeforeUnloadEvent) => event.preventDefault()
  return effect(() => {
    if (!model.wouldLoseWork.value) return undefined
    page.addEventListener('beforeunload', ask)
    return () => page.removeEventListener('beforeunload', ask)
  })
}

/** Keeps the tab’s title in step: “28 % harvest.mp4 · Quire” while something moves. */
export function followTitle(model: AppModel, document: Document): () => void {
  return effect(() => {
    document.title = titleOf(model)
  })
}

function titleOf(model: AppModel): string {
  const moving = model.snapshot.value.transfers.find(
    (transfer) => isRunning(transfer) && transfer.phase.state !== 'paused',
  )
  if (moving !== undefined) {
    const percent = percentOf(moving.doneBytes, moving.totalBytes)
    return `${percent === undefined ? '' : `${percent} % `}${displayName(moving.name)} · Quire`
  }
  const community = model.history.chosen.value
  if (community !== undefined) return `${displayName(community.name)} · Quire`
  const chosen = model.chosenDataset.value
  return chosen === undefined ? 'Quire' : `${displayName(chosen.name)} · Quire`
}
