/** Asks the person whether the page around may do something; an answer counts once the question has been in sight. */
import { useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import { FileName } from '../ui/components/file-name.tsx'
import { Modal } from '../ui/components/modal.tsx'
import type { Question } from './host-rights.ts'
import type { Right } from './protocol.ts'
import { type Sight, useSeen } from './use-seen.ts'
import { useWidget } from './widget-context.ts'
import { hostName } from './words.ts'

export function Consent() {
  const { rights } = useWidget()
  const question = rights.question.value
  return question === undefined ? null : <OpenQuestion key={question.number} question={question} />
}

function OpenQuestion({ question }: { question: Question }) {
  const widget = useWidget()
  const { rights } = widget
  const isKept = useSignal(false)
  const { sight, element } = useSeen<HTMLDivElement>()
  useEffect(() => {
    const tellBefore = widget.tellAsking()
    // Of the page around, too, which may stand anywhere when it hands over a file, and makes room for the question.
    const bringIntoSight = () => element.current?.scrollIntoView({ block: 'center' })
    bringIntoSight()
    addEventListener('resize', bringIntoSight)
    return () => {
      removeEventListener('resize', bringIntoSight)
      tellBefore()
    }
  }, [])
  const host = hostName(rights.origin)
  const { title, words, yes } = WORDS[question.right](host, question.subject)
  const answer = (isAllowed: boolean) => question.answer({ isAllowed, isKept: isKept.peek() })
  return (
    <Modal labelledBy="consent-title" onClose={() => question.answer({ isAllowed: false, isKept: false })}>
      <div ref={element} class="widget-question">
        <h2 id="consent-title">{title}</h2>
        {question.subject.length === 0 ? null : <Subject names={question.subject} />}
        <p>{words}</p>
        {rights.isKeepable ? (
          <label class="widget-keep">
            <input
              type="checkbox"
              checked={isKept}
              onChange={({ currentTarget }) => (isKept.value = currentTarget.checked)}
            />
            Remember this for {host}
          </label>
        ) : null}
        <div class="button-row button-row-end">
          <output class="quiet widget-sight">{SIGHT_WORDS[sight]}</output>
          <button type="button" class="button" onClick={() => answer(false)}>
            No
          </button>
          <button type="button" class="button button-primary" disabled={sight !== 'seen'} onClick={() => answer(true)}>
            {yes}
          </button>
        </div>
      </div>
    </Modal>
  )
}

/** Why an answer does not count yet. */
const SIGHT_WORDS: Readonly<Record<Sight, string>> = {
  out: 'Answer when all of this question is in sight.',
  covered: 'Something lies over this question. Answer when nothing does.',
  settling: '',
  seen: '',
}

const MAX_NAMES = 5

function Subject({ names }: { names: readonly string[] }) {
  const rest = names.length - MAX_NAMES
  return (
    <ul class="widget-subject">
      {names.slice(0, MAX_NAMES).map((name, at) => (
        // Two files may have one name.
        // oxlint-disable-next-line react/no-array-index-key
        <li key={at}>
          <FileName name={name} />
        </li>
      ))}
      {rest > 0 ? <li>and {rest} more</li> : null}
    </ul>
  )
}

interface QuestionWords {
  readonly title: string
  readonly words: string
  readonly yes: string
}

const WORDS: Readonly<Record<Right, (host: string, subject: readonly string[]) => QuestionWords>> = {
  read: (host) => ({
    title: `Show this in ${host}?`,
    words: 'It is fetched from other people’s devices, who then see that you are online.',
    yes: 'Show it',
  }),
  upload: (host, subject) => ({
    title: `Add ${subject.length === 1 ? 'this file' : 'these files'} for ${host}?`,
    words: `${host} learns the CID. Whoever has it can fetch the content while this page, or Quire, is open; it cannot be called back.`,
    yes: 'Add',
  }),
  publish: (host) => ({
    title: `Write in ${host}?`,
    words:
      'What you write is signed with your key of this browser, and everyone in the community can read it. It cannot be called back.',
    yes: 'Write here',
  }),
}
