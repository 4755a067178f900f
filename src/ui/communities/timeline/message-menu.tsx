/** What can be done with a message: one menu for the whole list, opened at the button that was pressed. */
import { useLayoutEffect, useRef } from 'preact/hooks'
import { Icon } from '../../components/icon.tsx'
import type { IconName } from '../../components/icon.tsx'
import type { MessageView } from '../../../rpc/history-api.ts'
import { REACTIONS } from './message-actions.ts'
import { useScope } from './timeline-scope.ts'
import type { OpenMenu, TimelineScope } from './timeline-scope.ts'
import { ToolIcon } from './tool-icon.tsx'
import type { ToolName } from './tool-icon.tsx'

const MENU_WIDTH_PX = 264
const MARGIN_PX = 8

export function MessageMenu() {
  const { menu } = useScope()
  const open = menu.value
  return open === undefined ? null : <OpenMessageMenu key={open.message.id} open={open} />
}

function OpenMessageMenu({ open }: { open: OpenMenu }) {
  const scope = useScope()
  const { menu } = scope
  const element = useRef<HTMLDivElement>(null)
  useLayoutEffect(() => {
    const before = document.activeElement
    const box = element.current
    if (box === null) return undefined
    box.showPopover()
    putBeside(box, open.at)
    box.querySelector<HTMLElement>('[role^=menuitem]')?.focus()
    return () => {
      // Whoever chose something has the focus where that leads.
      const isLost = document.activeElement === document.body || box.contains(document.activeElement)
      if (before instanceof HTMLElement && isLost) before.focus({ preventScroll: true })
    }
  }, [])
  const close = () => (menu.value = undefined)
  const { message } = open
  return (
    <div
      ref={element}
      class="message-menu"
      popover="auto"
      role="menu"
      tabIndex={-1}
      aria-label="What to do with this message"
      onKeyDown={moveInMenu}
      onToggle={(event) => event.newState === 'closed' && close()}
    >
      {scope.actions.isWritable ? <ReactionChoice message={message} close={close} /> : null}
      {entriesOf(scope, message).map(({ words, key, icon, act }) => (
        <button
          key={words}
          type="button"
          role="menuitem"
          class="menu-entry"
          tabIndex={-1}
          onClick={() => {
            close()
            act()
          }}
        >
          {icon}
          <span>{words}</span>
          {key === undefined ? null : <kbd aria-hidden="true">{key}</kbd>}
        </button>
      ))}
    </div>
  )
}

function ReactionChoice({ message, close }: { message: MessageView; close: () => void }) {
  const scope = useScope()
  return (
    <fieldset class="menu-reactions" aria-label="React">
      {REACTIONS.map(({ type, emoji, name }) => {
        const isOwn = message.reactions.some((reaction) => reaction.type === type && reaction.isOwn)
        const react = () => {
          close()
          void scope.actions.react(message, type)
        }
        return (
          <button
            key={type}
            type="button"
            role="menuitemcheckbox"
            aria-checked={isOwn}
            class={isOwn ? 'menu-reaction menu-reaction-own' : 'menu-reaction'}
            aria-label={name}
            title={name}
            tabIndex={-1}
            onClick={react}
          >
            {emoji}
          </button>
        )
      })}
    </fieldset>
  )
}

interface Entry {
  readonly words: string
  readonly key?: string
  readonly icon: ReturnType<typeof Icon>
  readonly act: () => void
}

function entriesOf(scope: TimelineScope, message: MessageView): readonly Entry[] {
  const { actions, about } = scope
  const { isPinned, text } = message
  const { isWritable } = actions
  const isOwn = isWritable && message.isOwn
  const hasText = text.trim() !== ''
  const isOwner = isWritable && scope.community.peek().isOwner
  const entries: readonly (Entry | undefined)[] = [
    isWritable ? { words: 'Reply', key: 'R', icon: tool('reply'), act: () => actions.reply(message) } : undefined,
    isOwn ? { words: 'Edit', key: 'E', icon: tool('edit'), act: () => actions.edit(message) } : undefined,
    hasText
      ? { words: 'Copy text', key: 'C', icon: icon('copy'), act: () => void actions.copy(text, 'Text') }
      : undefined,
    { words: 'Copy link', icon: icon('link'), act: () => void scope.copyLink(message) },
    isWritable
      ? { words: isPinned ? 'Unpin' : 'Pin', icon: tool('pin'), act: () => void actions.pin(message) }
      : undefined,
    { words: 'Who signed it', icon: tool('about'), act: () => (about.value = message) },
    isOwn || isOwner
      ? { words: 'Delete', key: 'Del', icon: icon('trash'), act: () => actions.remove(message) }
      : undefined,
  ]
  return entries.filter((entry) => entry !== undefined)
}

function tool(name: ToolName) {
  return <ToolIcon name={name} />
}

function icon(name: IconName) {
  return <Icon name={name} />
}

/** Below the button where there is room, above it otherwise; on a phone the style sheet puts it at the bottom. */
function putBeside(box: HTMLElement, at: DOMRect): void {
  const left = Math.min(Math.max(MARGIN_PX, at.right - MENU_WIDTH_PX), innerWidth - MENU_WIDTH_PX - MARGIN_PX)
  const height = box.offsetHeight
  const isRoomBelow = at.bottom + height + MARGIN_PX < innerHeight
  const top = isRoomBelow ? at.bottom + 4 : Math.max(MARGIN_PX, Math.min(at.top, innerHeight - MARGIN_PX) - height - 4)
  box.style.setProperty('--menu-left', `${left}px`)
  box.style.setProperty('--menu-top', `${top}px`)
}

function moveInMenu(event: KeyboardEvent): void {
  const { currentTarget, key } = event
  if (!(currentTarget instanceof HTMLElement)) return
  const entries = [...currentTarget.querySelectorAll<HTMLElement>('[role^=menuitem]')]
  const at = entries.findIndex((entry) => entry === document.activeElement)
  const reactions = currentTarget.querySelectorAll('[role=menuitemcheckbox]').length
  const isReaction = at < reactions
  const next = NEXT[key]?.({ at, count: entries.length, isReaction })
  if (next === undefined) return
  event.preventDefault()
  entries[(next + entries.length) % entries.length]?.focus()
}

interface Standing {
  readonly at: number
  readonly count: number
  readonly isReaction: boolean
}

/** The reactions stand in one row: up and down pass it whole. */
const NEXT: Record<string, ((standing: Standing) => number) | undefined> = {
  ArrowDown: ({ at, isReaction }) => (isReaction ? REACTIONS.length : at + 1),
  ArrowUp: ({ at, isReaction }) => (isReaction ? -1 : at === REACTIONS.length ? 0 : at - 1),
  ArrowRight: ({ at }) => at + 1,
  ArrowLeft: ({ at }) => at - 1,
  Home: () => 0,
  End: ({ count }) => count - 1,
}
