/** The page’s keys, and the dialog that lists them. */
import { useEffect } from 'preact/hooks'
import { useApp } from '../app-context.ts'
import { FOLLOW_BOX_ID } from '../communities/element-ids.ts'
import { ADD_FILES_ID, FETCH_BOX_ID } from '../files/element-ids.ts'
import type { AppModel } from '../state/app-model.ts'
import { Modal } from './modal.tsx'

const SHORTCUTS: readonly (readonly [string, string])[] = [
  ['u', 'Add files'],
  ['/', 'Go to the box for a link or CID'],
  ['p', 'Pause what is on its way, or resume it'],
  ['↑ ↓', 'Move through the list'],
  ['Esc', 'Close what is open'],
  ['?', 'Show these keys'],
]

export function Shortcuts() {
  const app = useApp()
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      if (!isTyping(event) && document.querySelector('dialog[open].dialog') === null) actOn(event, app)
    }
    addEventListener('keydown', onKeyDown)
    return () => removeEventListener('keydown', onKeyDown)
  }, [app])
  if (!app.areShortcutsShown.value) return null
  const close = () => (app.areShortcutsShown.value = false)
  return (
    <Modal labelledBy="shortcuts-title" onClose={close}>
      <h2 id="shortcuts-title">Keys</h2>
      <dl class="shortcuts">
        {SHORTCUTS.map(([key, words]) => (
          <div key={key}>
            <dt>
              <kbd>{key}</kbd>
            </dt>
            <dd>{words}</dd>
          </div>
        ))}
      </dl>
      <div class="button-row button-row-end">
        <button type="button" class="button" onClick={close}>
          Close
        </button>
      </div>
    </Modal>
  )
}

function isTyping({ target, ctrlKey, metaKey, altKey }: KeyboardEvent): boolean {
  if (ctrlKey || metaKey || altKey) return true
  return target instanceof HTMLTextAreaElement || (target instanceof HTMLInputElement && target.type !== 'radio')
}

function actOn(event: KeyboardEvent, app: AppModel): void {
  switch (event.key) {
    case 'u':
      return focusOrClick(event, app, ADD_FILES_ID)
    case '/':
      return goToBox(event, app)
    case 'p':
      void app.files.pauseOrResumeAll()
      return
    case '?':
      app.areShortcutsShown.value = true
      return
    case 'Escape':
      if (!event.defaultPrevented && document.querySelector(':popover-open') === null) closeDetails(app)
      return
  }
}

function closeDetails({ router }: AppModel): void {
  const { cid, community } = router.route.peek()
  if (cid !== undefined) router.showDataset(undefined)
  if (community?.panel !== undefined) router.showCommunity({ ...community, panel: undefined })
}

/** The box for links: in the communities the one that follows, elsewhere the one that fetches. A timeline has its own. */
function goToBox(event: KeyboardEvent, app: AppModel): void {
  if (app.history.chosen.peek() !== undefined) return
  const isFollowing = app.router.route.peek().place === 'communities'
  if (!isFollowing) return focusOrClick(event, app, FETCH_BOX_ID)
  event.preventDefault()
  document.getElementById(FOLLOW_BOX_ID)?.focus()
}

function focusOrClick(event: KeyboardEvent, app: AppModel, id: string): void {
  event.preventDefault()
  const act = (): void => {
    const element = document.getElementById(id)
    if (element instanceof HTMLInputElement) element.focus()
    else element?.click()
  }
  // At once where that can be: a browser opens its picker only soon after the key.
  if (app.router.route.peek().place === 'files') return act()
  app.router.showPlace('files')
  requestAnimationFrame(act)
}
