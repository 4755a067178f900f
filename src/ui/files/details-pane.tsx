/** The details of what is chosen: at the side where there is room, a sheet over the list where there is not. */
import { useEffect, useRef } from 'preact/hooks'
import { useApp } from '../app-context.ts'
import { Modal } from '../components/modal.tsx'
import { SHEET_QUERY, useMedia } from '../page/media.ts'
import { DatasetDetails } from './dataset-details.tsx'
import { DETAILS_TITLE_ID } from './element-ids.ts'
import { UnknownDetails } from './unknown-details.tsx'

export function DetailsPane() {
  const { router, nodeState, snapshot } = useApp()
  const isSheet = useMedia(SHEET_QUERY).value
  const { cid } = router.route.value
  const isReady = nodeState.value.state === 'running' && snapshot.value.datasets !== undefined
  if (cid === undefined || !isReady) return null
  const close = () => router.showDataset(undefined)
  if (isSheet) {
    return (
      <Modal key="sheet" class="sheet" labelledBy={DETAILS_TITLE_ID} onClose={close}>
        <DetailsBody cid={cid} />
      </Modal>
    )
  }
  return <Side key="side" cid={cid} />
}

function Side({ cid }: { cid: string }) {
  const aside = useRef<HTMLElement>(null)
  // A new choice is read from its top.
  useEffect(() => aside.current?.scrollTo({ top: 0 }), [cid])
  return (
    <aside ref={aside} class="side" aria-labelledby={DETAILS_TITLE_ID}>
      <DetailsBody cid={cid} />
    </aside>
  )
}

function DetailsBody({ cid }: { cid: string }) {
  const { chosenDataset } = useApp()
  const dataset = chosenDataset.value
  return dataset === undefined ? <UnknownDetails cid={cid} /> : <DatasetDetails key={cid} dataset={dataset} />
}
