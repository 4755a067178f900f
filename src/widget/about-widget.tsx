/** What the page around the widget may do, with the way to take it back; where what is shown is kept. */
import { Modal } from '../ui/components/modal.tsx'
import { RIGHTS } from './protocol.ts'
import type { Right } from './protocol.ts'
import { useSeen } from './use-seen.ts'
import { useWidget } from './widget-context.ts'
import { hostName, RIGHT_WORDS, STORAGE_WORDS } from './words.ts'

export function AboutWidget() {
  const { isAboutShown } = useWidget()
  return isAboutShown.value ? <OpenAbout /> : null
}

function OpenAbout() {
  const { rights, storage, isAboutShown } = useWidget()
  const close = () => (isAboutShown.value = false)
  return (
    <Modal labelledBy="about-widget-title" onClose={close}>
      {/* It may be taller than the frame, and begins at its beginning: the first button is at the end. */}
      <h2 id="about-widget-title" class="widget-beginning" tabIndex={-1} autofocus>
        Quire in this page
      </h2>
      <p>
        This frame is a part of Quire. {hostName(rights.origin)} shows it and does not see what is in it: no content of
        files, no messages.
      </p>
      <h3>What {hostName(rights.origin)} may do</h3>
      <ul class="widget-rights">
        {RIGHTS.map((right) => (
          <RightRow key={right} right={right} />
        ))}
      </ul>
      <p class="quiet">{STORAGE_WORDS[storage.value]}</p>
      <div class="button-row button-row-end">
        <button type="button" class="button" onClick={close}>
          Close
        </button>
      </div>
    </Modal>
  )
}

function RightRow({ right }: { right: Right }) {
  const { rights, app } = useWidget()
  const { sight, element } = useSeen<HTMLLIElement>()
  const decision = rights.rights.value[right]
  const isAnswerable = rights.answerable.includes(right)
  const takeBack = () => {
    rights.takeBack(right)
    app.announce('Taken back. You are asked the next time.')
  }
  return (
    <li ref={element} class="widget-right">
      <p>
        <span class="widget-right-words">{sentenceCase(RIGHT_WORDS[right])}</span>
        <span class="quiet">{DECISION_WORDS[decision]}</span>
      </p>
      {!isAnswerable || decision === 'asked' ? null : (
        <button type="button" class="button" onClick={takeBack}>
          Take back<span class="unseen">: {RIGHT_WORDS[right]}</span>
        </button>
      )}
      {isAnswerable && decision === 'asked' ? (
        <button type="button" class="button" disabled={sight !== 'seen'} onClick={() => rights.set(right, 'denied')}>
          Never<span class="unseen">: {RIGHT_WORDS[right]}</span>
        </button>
      ) : null}
    </li>
  )
}

const DECISION_WORDS = { allowed: 'Yes', asked: 'You are asked each time', denied: 'No' } as const

function sentenceCase(words: string): string {
  return words.charAt(0).toUpperCase() + words.slice(1)
}
