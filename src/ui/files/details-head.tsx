import type { ComponentChildren } from 'preact'
import { useApp } from '../app-context.ts'
import { Icon } from '../components/icon.tsx'
import { DETAILS_TITLE_ID } from './element-ids.ts'

/** The heading of the details, with the button that closes them. */
export function DetailsHead({ children }: { children: ComponentChildren }) {
  const { router } = useApp()
  return (
    <header class="details-head">
      <h2 id={DETAILS_TITLE_ID} class="details-title" dir="auto">
        {children}
      </h2>
      <button
        type="button"
        class="button button-quiet"
        aria-label="Close the details"
        onClick={() => router.showDataset(undefined)}
      >
        <Icon name="close" />
      </button>
    </header>
  )
}
