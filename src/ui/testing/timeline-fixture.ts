/** For browser tests of a timeline: what is in sight, and a clock that a test moves. */
import { expect } from 'vitest'
import { page } from 'vitest/browser'
import type { MessageView } from '../../rpc/history-api.ts'
import type { PageServices } from '../page/page-services.ts'
import type { PageFixture } from './page-fixture.ts'
import type { Shown, ShowInit } from './show-scenario.tsx'

type TimelineScenario = 'community' | 'community-gaps' | 'community-nameless'

/** The whole page with the channel “general” of a community in sight. */
export async function openTimeline(
  show: PageFixture['show'],
  init: ShowInit & { readonly scenario?: TimelineScenario } = {},
) {
  const { scenario = 'community', ...more } = init
  const shown = await show(scenario, more)
  await expect.poll(() => rows().length).toBeGreaterThan(20)
  return { ...shown, ...placeOf(shown) }
}

function placeOf({ model, node }: Shown) {
  const community = model.history.chosen.peek()
  const channel = community?.channels.find(({ name }) => name === 'general')
  if (community === undefined || channel === undefined || node === undefined) {
    throw new Error('The scenario shows no channel “general”.')
  }
  return { api: model.history.api(), fake: node.history, community, channel }
}

export const rows = () => [...document.querySelectorAll<HTMLElement>('.messages > [data-row]')]
export const rowOf = (id: string) => rows().find(({ dataset }) => dataset['row'] === id)
export const composer = () => page.getByRole('textbox', { name: 'Write to #general' })

export function scroller(): HTMLElement {
  const found = document.querySelector<HTMLElement>('.message-scroller')
  if (found === null) throw new Error('No list is shown.')
  return found
}

/** Whether a row lies in the visible part of the list. */
export function isInSight(row: HTMLElement | undefined): boolean {
  if (row === undefined) return false
  const [own, list] = [row.getBoundingClientRect(), scroller().getBoundingClientRect()]
  return own.bottom > list.top && own.top < list.bottom
}

/** `PageServices.later` that waits for the test in place of the clock. */
export function steppedTime() {
  const waiting = new Map<() => void, number>()
  const later: PageServices['later'] = (act, afterMs) => {
    waiting.set(act, afterMs)
    return () => waiting.delete(act)
  }
  /** Runs what waits for so long or less. */
  const pass = (ms: number) => {
    // What is added meanwhile waits for another turn.
    const due = Array.from(waiting)
    for (const [act, afterMs] of due) {
      if (afterMs > ms || !waiting.delete(act)) continue
      act()
    }
  }
  return { later, pass }
}

export function messageOf(channelId: string, text: string): Omit<MessageView, 'id' | 'atMs'> {
  return {
    kind: 'message',
    channelId,
    author: { key: `0x04${'ab'.repeat(64)}`, name: 'Wren', isImported: false },
    text,
    signature: 'author',
    isOwn: false,
    isDeleted: false,
    isEdited: false,
    isPinned: false,
    reactions: [],
    attachments: [],
    delivery: 'live',
  }
}
