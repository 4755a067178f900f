/** The files of this device: add, fetch, what is on its way, what went wrong, what is here. */
import { useApp } from '../app-context.ts'
import { AddButtons } from './add-buttons.tsx'
import { DatasetList } from './dataset-list.tsx'
import { DeviceOffer } from './device-offer.tsx'
import { EmptyFiles } from './empty-files.tsx'
import { EvictionNote } from './eviction-note.tsx'
import { FetchBox } from './fetch-box.tsx'
import { NoticeList } from './notice-list.tsx'
import { TransferList } from './transfer-list.tsx'

export function FilesPlace() {
  const { snapshot, shownTransfers, shownInterrupted, shownNotAdded, files } = useApp()
  const datasets = snapshot.value.datasets
  const leftCount = shownInterrupted.value.length + shownNotAdded.value.length
  const isIdle = shownTransfers.value.length === 0 && !files.queue.isRunning.value && leftCount === 0
  const isEmpty = datasets !== undefined && datasets.length === 0 && isIdle
  return (
    <>
      <div class="files-bar">
        <FetchBox />
        {isEmpty ? null : <AddButtons />}
      </div>
      <NoticeList />
      <EvictionNote />
      <DeviceOffer />
      {isEmpty ? <EmptyFiles /> : <TransferList />}
      {datasets === undefined || datasets.length === 0 ? null : <DatasetList datasets={datasets} />}
    </>
  )
}
