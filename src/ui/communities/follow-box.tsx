import { useSignal } from '@preact/signals'
import { useApp } from '../app-context.ts'
import { PasteBox } from '../components/paste-box.tsx'
import { FOLLOW_BOX_ID } from './element-ids.ts'

/** Takes a community’s link or id; says under itself why it refuses one. */
export function FollowBox() {
  const { actions } = useApp().history
  const text = useSignal('')
  const isBusy = useSignal(false)
  const follow = async (given: string) => {
    if (isBusy.peek()) return
    isBusy.value = true
    const isTaken = await actions.follow(given)
    isBusy.value = false
    if (isTaken && text.peek() === given) text.value = ''
  }
  return (
    <PasteBox
      id={FOLLOW_BOX_ID}
      label="Link or id of a community to follow"
      placeholder="Paste a community’s link or id"
      action="Follow"
      text={text}
      error={actions.followError.value}
      onEdit={() => actions.clearFollowError()}
      onSubmit={follow}
    />
  )
}
