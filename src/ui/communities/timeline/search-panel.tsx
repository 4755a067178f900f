/** Search over what is held, and over what the owner’s published index names. */
import { useComputed, useSignal, useSignalEffect } from '@preact/signals'
import { useEffect, useMemo } from 'preact/hooks'
import { ErrorBox } from '../../components/error-box.tsx'
import { countOf, formatCount } from '../../format/bytes.ts'
import { displayName } from '../../format/names.ts'
import type { SearchHit, SearchView } from '../../../rpc/history-api.ts'
import { MessageCard } from './message-card.tsx'
import { highlight } from './search-highlight.ts'
import { SearchModel } from './search-model.ts'
import { SidePanel } from './side-panel.tsx'
import { useScope } from './timeline-scope.ts'
import type { TimelineScope } from './timeline-scope.ts'

const PAUSE_MS = 120

export function SearchPanel() {
  const scope = useScope()
  const model = useMemo(() => searchModelOf(scope), [scope])
  useEffect(() => () => model.stop(), [model])
  const archiveCount = useComputed(() => scope.community.value.archiveCount)
  useSignalEffect(() => {
    if (scope.touches.value + archiveCount.value > 0) void model.touched(archiveCount.value)
  })
  const text = useSignal('')
  const isEverywhere = useSignal(true)
  const ask = () => void model.ask(text.peek(), isEverywhere.peek() ? undefined : scope.channelId)
  const { state } = model.state.value
  return (
    <SidePanel title="Search">
      <search class="search-form">
        <input
          class="field"
          type="search"
          data-first
          aria-label="Words to search for"
          placeholder="Words, all of them"
          autocomplete="off"
          spellcheck={false}
          value={text}
          onInput={({ currentTarget }) => {
            text.value = currentTarget.value
            ask()
          }}
        />
        <label class="check-label">
          <input
            type="checkbox"
            checked={!isEverywhere.value}
            onChange={({ currentTarget }) => {
              isEverywhere.value = !currentTarget.checked
              ask()
            }}
          />
          In this channel only
        </label>
      </search>
      <div class="search-results" aria-busy={state === 'searching'}>
        <SearchResults model={model} />
      </div>
    </SidePanel>
  )
}

function searchModelOf(scope: TimelineScope): SearchModel {
  return new SearchModel({
    search: (query, signal) => scope.host.api.search(scope.community.peek().id, query, { signal }),
    pause: (signal) =>
      new Promise((resolve, reject) => {
        const timer = setTimeout(resolve, PAUSE_MS)
        signal.addEventListener('abort', () => {
          clearTimeout(timer)
          reject(signal.reason)
        })
      }),
  })
}

function SearchResults({ model }: { model: SearchModel }) {
  const now = model.state.value
  if (now.state === 'failed') return <ErrorBox error={now.error} title="The search failed" />
  if (now.state === 'empty') {
    return <p class="quiet">The last word may be a beginning: “gold lea” finds “gold leaf”.</p>
  }
  const found = now.found
  if (found === undefined) return <progress class="progress" aria-label="Searching" />
  return (
    <>
      <output class="search-count quiet numbers">{foundWords(found)}</output>
      <ul class="message-cards">
        {found.hits.map((hit) => (
          <Hit key={hit.messageId} hit={hit} query={now.text} />
        ))}
      </ul>
      {found.isMore ? (
        <button type="button" class="button" disabled={now.state === 'searching'} onClick={() => void model.more()}>
          Show older ones
        </button>
      ) : null}
      <p class="quiet">{reachWords(found)}</p>
    </>
  )
}

function Hit({ hit, query }: { hit: SearchHit; query: string }) {
  const scope = useScope()
  const channel = scope.community.value.channels.find(({ id }) => id === hit.channelId)
  return (
    <MessageCard
      atMs={hit.atMs}
      message={hit.message}
      where={channel === undefined ? undefined : `#${displayName(channel.name)}`}
      draw={(words) =>
        highlight(words, query).map(({ text, isFound }, at) => (isFound ? <mark key={at}>{text}</mark> : text))
      }
      onOpen={() => {
        scope.leavePanel()
        scope.showMessage(hit)
      }}
    />
  )
}

function foundWords({ hits, isMore }: SearchView): string {
  if (hits.length === 0) return 'Nothing was found.'
  return isMore ? `The newest ${formatCount(hits.length)}` : countOf(hits.length, 'message')
}

function reachWords({ searchedArchives, knownArchives }: SearchView): string {
  if (knownArchives === 0) return ''
  if (searchedArchives >= knownArchives) return 'All that is published was searched.'
  return `Searched ${formatCount(searchedArchives)} of ${countOf(knownArchives, 'archive')}; nothing is known of what the others say yet.`
}
