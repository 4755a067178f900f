/** The communities place, loaded when it is first shown: most visits are for a file. */
import { signal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import { useApp } from '../app-context.ts'
import { Icon } from '../components/icon.tsx'
import type * as Communities from './communities-place.tsx'

const loaded = signal<typeof Communities | undefined>(undefined)
const hasFailed = signal(false)

export function CommunitiesPlace() {
  const { page } = useApp()
  useEffect(load, [])
  const Place = loaded.value?.CommunitiesPlace
  if (Place !== undefined) return <Place />
  if (!hasFailed.value) return <progress class="progress" aria-label="Opening the communities" />
  return (
    <div class="error-box" role="alert">
      <Icon name="warning" />
      <div class="error-words">
        <p class="error-title">This part of Quire could not be loaded.</p>
        <p class="quiet">Check the connection and reload the page. Nothing was lost.</p>
        <div class="button-row">
          <button type="button" class="button" onClick={() => page.reload()}>
            Reload the page
          </button>
        </div>
      </div>
    </div>
  )
}

/** What lies at the side of a community. */
export function CommunitySide() {
  const Side = loaded.value?.CommunitySide
  return Side === undefined ? null : <Side />
}

function load(): void {
  if (loaded.peek() !== undefined) return
  hasFailed.value = false
  void import('./communities-place.tsx').then(
    (module) => (loaded.value = module),
    () => (hasFailed.value = true),
  )
}
