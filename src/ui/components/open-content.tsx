import { contentUrl } from '../../rpc/content-url.ts'
import type { DatasetView } from '../../rpc/api.ts'
import { useApp } from '../app-context.ts'
import { displayName } from '../format/names.ts'
import { Icon } from './icon.tsx'

/** Opens the content as a page of its own, where a service worker answers; it plays while it is still coming. */
export function OpenContent({ dataset, isWorded = false }: { dataset: DatasetView; isWorded?: boolean }) {
  const { worker, page } = useApp()
  if (!worker.servesContent.value) return null
  const name = displayName(dataset.name)
  return (
    <a
      class={isWorded ? 'button' : 'button button-quiet'}
      href={contentUrl(new URL('.', page.baseUrl).href, dataset.cid, dataset.name)}
      target="_blank"
      rel="noopener"
      title="Open in a new tab"
      aria-label={isWorded ? undefined : `Open ${name} in a new tab`}
    >
      <Icon name="open" />
      {isWorded ? 'Open' : null}
    </a>
  )
}
