import { useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import type { ArchiveView, CommunityView } from '../../rpc/history-api.ts'
import { useApp } from '../app-context.ts'
import { Copyable } from '../components/copyable.tsx'
import { Icon } from '../components/icon.tsx'
import { countOf, formatBytes, formatCount } from '../format/bytes.ts'
import { formatSpan, wordsOfArchive, wordsOfNoArchive } from './community-words.ts'

/** While an archive is on its way its bytes are asked for this often: no event tells of them. */
const POLL_MS = 1000
const FETCHABLE: readonly ArchiveView['state'][] = ['known', 'nobody-has-it', 'damaged']

/** Every archive of the index, newest first, and where each stands. */
export function ArchivesPanel({ community }: { community: CommunityView }) {
  const archives = useArchives(community)
  if (archives === undefined) return <progress class="progress" aria-label="Reading the list of archives" />
  if (archives.length === 0) return <p>{wordsOfNoArchive(community.follow)}</p>
  const isWhole = community.heldArchiveCount === community.archiveCount
  return (
    <section aria-labelledby="archives-title">
      <div class="section-head">
        <h3 id="archives-title" class="section-title">
          {isWhole
            ? countOf(archives.length, 'archive')
            : `${formatCount(community.heldArchiveCount)} of ${countOf(archives.length, 'archive')} here`}
        </h3>
        <p class="quiet numbers">{formatBytes(community.heldBytes)}</p>
      </div>
      <ul class="rows">
        {archives.map((archive) => (
          <ArchiveRow key={archive.archiveId} archive={archive} community={community} />
        ))}
      </ul>
    </section>
  )
}

function ArchiveRow({ archive, community }: { archive: ArchiveView; community: CommunityView }) {
  const { actions } = useApp().history
  const api = useApp().history
  const { state, sizeBytes, doneBytes, messageCount, cid } = archive
  const { text, tone } = wordsOfArchive(archive)
  const span = formatSpan(archive)
  const facts = [
    ...(messageCount === undefined ? [] : [countOf(messageCount, 'message')]),
    ...(sizeBytes === undefined ? [] : [formatBytes(sizeBytes)]),
  ]
  const fetch = () =>
    void actions.try(`Fetch ${span}`, () =>
      api.api().fetchSpan(community.id, { fromMs: archive.fromMs, toMs: archive.toMs }),
    )
  return (
    <li class="row archive-row">
      <div class="archive-words">
        <p class="numbers">{span}</p>
        <p class={`sentence sentence-${tone} archive-state`}>{text}</p>
        {facts.length === 0 ? null : <p class="quiet numbers">{facts.join(' · ')}</p>}
        {state === 'fetching' ? <ArchiveProgress span={span} doneBytes={doneBytes} sizeBytes={sizeBytes} /> : null}
        <Copyable text={cid} label={`CID of ${span}`} />
      </div>
      {FETCHABLE.includes(state) ? (
        <button
          type="button"
          class="button"
          aria-label={`${state === 'known' ? 'Fetch' : 'Try again'} ${span}`}
          onClick={fetch}
        >
          <Icon name={state === 'known' ? 'save' : 'retry'} />
          {state === 'known' ? 'Fetch' : 'Try again'}
        </button>
      ) : null}
    </li>
  )
}

function ArchiveProgress({
  span,
  doneBytes,
  sizeBytes,
}: {
  span: string
  doneBytes: number
  sizeBytes: number | undefined
}) {
  const value = sizeBytes === undefined ? {} : { max: Math.max(1, sizeBytes), value: doneBytes }
  return <progress class="progress" aria-label={`Fetching ${span}`} {...value} />
}

function useArchives(community: CommunityView): readonly ArchiveView[] | undefined {
  const { history } = useApp()
  const archives = useSignal<readonly ArchiveView[] | undefined>(undefined)
  const { id, heldArchiveCount, archiveCount } = community
  const isMoving = archives.value?.some(({ state }) => state === 'fetching') === true
  useEffect(() => {
    let isCurrent = true
    const load = async () => {
      const read = await history.actions.try('List the archives', () => history.api().archives(id))
      if (isCurrent && read !== undefined) archives.value = read.toSorted((a, b) => b.toMs - a.toMs)
    }
    void load()
    const stopListening = history.onTouched((event) => event.communityId === id && void load())
    const timer = isMoving ? setInterval(() => void load(), POLL_MS) : undefined
    return () => {
      isCurrent = false
      stopListening()
      clearInterval(timer)
    }
  }, [history, id, archives, heldArchiveCount, archiveCount, community.follow.state, isMoving])
  return archives.value
}
