import { useSignal } from '@preact/signals'
import { useApp } from '../app-context.ts'
import { PasteBox } from '../components/paste-box.tsx'
import { findCommunityId } from '../state/route.ts'
import { FETCH_BOX_ID } from './element-ids.ts'

/** Takes a link or CID; says under itself why it refuses one. */
export function FetchBox() {
  const { files, history } = useApp()
  const text = useSignal('')
  const fetch = async (given: string) => {
    const isTaken = findCommunityId(given) === undefined ? files.fetch(given) : history.actions.follow(given)
    // A link that is taken shows as a row at once; only a refused one comes back for correction.
    text.value = ''
    if (!(await isTaken) && text.peek() === '') text.value = given
  }
  return (
    <PasteBox
      id={FETCH_BOX_ID}
      label="Link or CID of a file to fetch"
      placeholder="Paste a link or a CID"
      action="Fetch"
      text={text}
      error={files.fetchError.value}
      onEdit={() => files.clearFetchError()}
      onSubmit={fetch}
    />
  )
}
