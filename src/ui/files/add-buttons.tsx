import { useEffect, useRef } from 'preact/hooks'
import { useApp } from '../app-context.ts'
import { Icon } from '../components/icon.tsx'
import { queuedFiles } from '../page/dropped-files.ts'
import { ADD_FILES_ID } from './element-ids.ts'

/** Some phones have no picker for folders. */
const CAN_PICK_FOLDERS = 'webkitdirectory' in HTMLInputElement.prototype

/** Opens the pickers for files and for a folder. */
export function AddButtons({ isLarge = false }: { isLarge?: boolean }) {
  const { files } = useApp()
  const fileInput = useRef<HTMLInputElement>(null)
  const folderInput = useRef<HTMLInputElement>(null)
  useEffect(() => {
    // Without this attribute, which Preact’s types do not know, the second picker would offer files.
    if (folderInput.current !== null) folderInput.current.webkitdirectory = true
  }, [])
  const take = (event: Event) => {
    if (!(event.currentTarget instanceof HTMLInputElement)) return
    files.add(queuedFiles(event.currentTarget.files ?? []))
    // The same file chosen twice in a row must count as a change.
    event.currentTarget.value = ''
  }
  return (
    <div class={isLarge ? 'button-row button-row-large' : 'button-row'}>
      <button id={ADD_FILES_ID} type="button" class="button button-primary" onClick={() => fileInput.current?.click()}>
        <Icon name="add" />
        Add files
      </button>
      {CAN_PICK_FOLDERS ? (
        <button type="button" class="button" onClick={() => folderInput.current?.click()}>
          <Icon name="folder" />
          Add a folder
        </button>
      ) : null}
      <input ref={fileInput} class="picker" type="file" multiple hidden aria-label="Files to add" onChange={take} />
      <input ref={folderInput} class="picker" type="file" multiple hidden aria-label="Folder to add" onChange={take} />
    </div>
  )
}
