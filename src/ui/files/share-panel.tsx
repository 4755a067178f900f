import { useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import type { DatasetView } from '../../rpc/api.ts'
import { useApp } from '../app-context.ts'
import { ShareLink } from '../components/share-link.tsx'
import { displayName } from '../format/names.ts'

/** The link of a dataset, and when it works. */
export function SharePanel({ dataset }: { dataset: DatasetView }) {
  const { snapshot } = useApp()
  const isReachable = snapshot.value.status?.reachability.state === 'reachable'
  const link = useShareLink(dataset)
  if (link === undefined) return null
  return (
    <section class="share" aria-labelledby="share-title">
      <h3 id="share-title">Share</h3>
      <ShareLink link={link} title={displayName(dataset.name)} />
      <p class="quiet">{sharingWords(dataset, isReachable)}</p>
    </section>
  )
}

/** The link as it is now; it is made anew when the addresses of this device change. */
function useShareLink({ cid, name }: DatasetView): string | undefined {
  const { files, snapshot } = useApp()
  const link = useSignal<string | undefined>(undefined)
  const addresses = snapshot.value.status?.addresses.join(' ')
  useEffect(() => {
    let isCurrent = true
    void files.shareLink({ cid, name }).then((made) => {
      if (isCurrent) link.value = made
    })
    return () => {
      isCurrent = false
    }
  }, [cid, name, addresses, files, link])
  return link.value
}

function sharingWords({ isComplete }: DatasetView, isReachable: boolean): string {
  if (!isReachable) return 'Others cannot reach this browser now. The link works as soon as they can.'
  return isComplete
    ? 'The link works while this page is open here, or on any device that has fetched the file.'
    : 'Only a part is here; whoever opens the link gets the rest from others who have it.'
}
