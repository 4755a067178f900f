import { useApp } from '../app-context.ts'
import { Icon } from '../components/icon.tsx'
import { countOf } from '../format/bytes.ts'
import { displayName } from '../format/names.ts'
import { ADD_FILES_ID } from './element-ids.ts'

const SHOWN_NAMES = 5

/** Files whose turn had not come when the page went, all in one row: they have to be given again. */
export function NotAddedRow() {
  const { files, shownNotAdded } = useApp()
  const names = shownNotAdded.value.map(({ name }) => displayName(name))
  if (names.length === 0) return null
  const more = names.length - SHOWN_NAMES
  return (
    <li class="row transfer-row interrupted-row not-added-row">
      <div class="transfer-head">
        <span class="file-name numbers">
          {countOf(names.length, 'file')} {names.length === 1 ? 'was' : 'were'} not added
        </span>
        <div class="transfer-buttons">
          <button
            type="button"
            class="button"
            aria-label="Choose again the files that were not added"
            onClick={() => document.getElementById(ADD_FILES_ID)?.click()}
          >
            <Icon name="add" />
            <span class="button-word">Choose again</span>
          </button>
          <button
            type="button"
            class="button"
            aria-label="Leave out the files that were not added"
            onClick={() => files.notAdded.leaveOut()}
          >
            <Icon name="close" />
            <span class="button-word">Leave out</span>
          </button>
        </div>
      </div>
      <p class="sentence sentence-waiting">
        <span class="not-added-names">
          The page was closed before their turn. Give them again to add them:{' '}
          <bdi>{names.slice(0, SHOWN_NAMES).join(', ')}</bdi>
          {more > 0 ? ` and ${countOf(more, 'more file')}` : ''}
        </span>
      </p>
    </li>
  )
}
