/** The keys of the list: from message to message, and what can be done with the one that has the focus. */
import { menuOf } from './open-menu.ts'
import type { TimelineScope } from './timeline-scope.ts'

export function onListKey(event: KeyboardEvent, scope: TimelineScope): void {
  const { currentTarget, target, key } = event
  if (event.ctrlKey || event.metaKey || event.altKey) return
  if (!(currentTarget instanceof HTMLElement) || !(target instanceof HTMLElement)) return
  const row = target.closest<HTMLElement>('[data-row]')
  if (key === 'ArrowUp' || key === 'ArrowDown') return moveRow(event, { list: currentTarget, row })
  if (key === 'End') {
    event.preventDefault()
    void scope.model.open({ kind: 'newest' })
    return
  }
  if (row === null || target !== row) return
  const id = row.dataset['row']
  const message = scope.model.shown.peek().window.rows.find((each) => each.id === id)
  if (message === undefined || message.kind !== 'message' || message.isDeleted) return
  const act = KEYS[key]
  if (act === undefined) return
  event.preventDefault()
  if (act === 'menu') scope.menu.value = menuOf(message, row)
  else if (act === 'reply') scope.actions.reply(message)
  else if (act === 'edit' && message.isOwn) scope.actions.edit(message)
  else if (act === 'copy') void scope.actions.copy(message.text, 'Text')
  else if (act === 'delete' && message.isOwn) scope.actions.remove(message)
}

const KEYS: Record<string, 'menu' | 'reply' | 'edit' | 'copy' | 'delete' | undefined> = {
  Enter: 'menu',
  ContextMenu: 'menu',
  r: 'reply',
  e: 'edit',
  c: 'copy',
  Delete: 'delete',
}

function moveRow(event: KeyboardEvent, { list, row }: { list: HTMLElement; row: HTMLElement | null }): void {
  const rows = [...list.querySelectorAll<HTMLElement>('[data-row]')]
  const isUp = event.key === 'ArrowUp'
  const next = row === null ? firstInSight(list, rows, isUp) : rows[rows.indexOf(row) + (isUp ? -1 : 1)]
  if (next === undefined) return
  event.preventDefault()
  next.focus({ preventScroll: true })
  next.scrollIntoView({ block: 'nearest' })
}

/** Where the arrows begin: at the lower end of what is in sight going up, at the upper end going down. */
function firstInSight(list: HTMLElement, rows: readonly HTMLElement[], isUp: boolean): HTMLElement | undefined {
  const { scrollTop, clientHeight } = list
  const seen = rows.filter(
    (row) => row.offsetTop + row.offsetHeight > scrollTop && row.offsetTop < scrollTop + clientHeight,
  )
  return isUp ? seen.at(-1) : seen[0]
}
