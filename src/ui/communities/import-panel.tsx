import { useSignal } from '@preact/signals'
import { useEffect, useRef } from 'preact/hooks'
import type { ErrorView } from '../../rpc/api.ts'
import type { CommunityView, ImportKind } from '../../rpc/history-api.ts'
import { useApp } from '../app-context.ts'
import { ErrorBox } from '../components/error-box.tsx'
import { Icon } from '../components/icon.tsx'
import { IMPORT_KIND_WORDS } from './community-words.ts'
import { ImportRow } from './import-row.tsx'

const KINDS = ['discord', 'slack', 'telegram', 'mbox', 'json-lines'] as const satisfies readonly ImportKind[]
const ACCEPTED = '.json,.jsonl,.ndjson,.zip,.mbox,.txt'

/** Owners: an export of another service becomes history here. */
export function ImportPanel({ community }: { community: CommunityView }) {
  const { history } = useApp()
  const imports = history.imports.value.filter(({ communityId }) => communityId === community.id)
  return (
    <>
      <p>
        History from elsewhere becomes archives of this community, signed with its key. The file is read on this device
        and goes nowhere else.
      </p>
      <ChooseExport community={community} />
      {imports.length === 0 ? null : (
        <section aria-labelledby="imports-title">
          <h3 id="imports-title" class="section-title">
            Imports
          </h3>
          <ul class="rows">
            {imports.map((each) => (
              <ImportRow key={each.id} item={each} />
            ))}
          </ul>
        </section>
      )}
    </>
  )
}

function ChooseExport({ community }: { community: CommunityView }) {
  const { actions } = useApp().history
  const input = useRef<HTMLInputElement>(null)
  const area = useRef<HTMLElement>(null)
  const kind = useSignal<ImportKind | undefined>(undefined)
  const isOver = useSignal(false)
  const error = useSignal<{ fileName: string; error: ErrorView } | undefined>(undefined)
  const take = async (files: Iterable<File>) => {
    error.value = undefined
    for (const file of files) {
      const refusal = await actions.importFile(community.id, file, kind.peek())
      if (refusal !== undefined) error.value = { fileName: file.name, error: refusal }
    }
  }
  const choose = ({ currentTarget }: { currentTarget: HTMLInputElement }) => {
    const files = [...(currentTarget.files ?? [])]
    // The same file chosen twice in a row must count as a change.
    currentTarget.value = ''
    void take(files)
  }
  useEffect(() => {
    if (area.current === null) return undefined
    const listening = new AbortController()
    const { signal } = listening
    const listen = (type: 'dragover' | 'dragleave' | 'drop', act: (event: DragEvent) => void) => {
      area.current?.addEventListener(type, act, { signal })
    }
    listen('dragover', (event) => {
      event.preventDefault()
      isOver.value = true
    })
    listen('dragleave', () => (isOver.value = false))
    listen('drop', (event) => {
      event.preventDefault()
      isOver.value = false
      void take([...(event.dataTransfer?.files ?? [])])
    })
    return () => listening.abort()
  }, [community.id])
  return (
    <section
      ref={area}
      class={isOver.value ? 'import-choice import-choice-over' : 'import-choice'}
      aria-label="Choose an export"
    >
      <label class="small-field">
        <span>Kind of export</span>
        <select
          class="field"
          value={kind.value ?? ''}
          onChange={({ currentTarget }) => (kind.value = KINDS.find((each) => each === currentTarget.value))}
        >
          <option value="">Find out by itself</option>
          {KINDS.map((each) => (
            <option key={each} value={each}>
              {IMPORT_KIND_WORDS[each]}
            </option>
          ))}
        </select>
      </label>
      <button
        type="button"
        class="button button-primary"
        disabled={community.isKeyLocked}
        onClick={() => input.current?.click()}
      >
        <Icon name="add" />
        Choose files
      </button>
      <input ref={input} type="file" multiple accept={ACCEPTED} hidden aria-label="Export files" onChange={choose} />
      <p class="quiet">
        {community.isKeyLocked
          ? 'Unlock the community’s key first.'
          : 'You can also drop them here. Exports of gigabytes pass: they are read piece by piece.'}
      </p>
      {error.value === undefined ? null : (
        <ErrorBox error={error.value.error} title={`Not imported: ${error.value.fileName}`}>
          <button type="button" class="button" onClick={() => (error.value = undefined)}>
            Dismiss
          </button>
        </ErrorBox>
      )}
    </section>
  )
}
