import type { NodeClient } from '../rpc/client.ts'
import type { ClientSlot } from './client-slot.ts'

interface LastingWatchParts<Event> {
  readonly slot: ClientSlot
  readonly attach: (client: NodeClient, listener: (event: Event) => void) => Promise<() => void>
  readonly listener: (event: Event) => void
  /** Called ahead of the events of each further node. */
  readonly onMoved?: (() => void) | undefined
}

/** Watches whichever node there is, from one to the next; resolves once the first is watched, with the unsubscribe. */
export async function lastingWatch<Event>({
  slot,
  attach,
  listener,
  onMoved,
}: LastingWatchParts<Event>): Promise<() => void> {
  let isStopped = false
  let watched: NodeClient | undefined
  let unwatch: (() => void) | undefined
  const watch = async (client: NodeClient): Promise<void> => {
    if (isStopped || watched === client) return
    if (watched !== undefined) onMoved?.()
    watched = client
    unwatch?.()
    unwatch = undefined
    const stop = await attach(client, (event) => {
      if (!isStopped && watched === client) listener(event)
    })
    if (isStopped || watched !== client) stop()
    else unwatch = stop
  }
  await slot.use(watch, { isRepeatable: true })
  // One that went before it was watched is followed by another.
  const unfollow = slot.onClient((client) => void watch(client).catch(() => undefined))
  const { current } = slot
  if (current !== undefined) void watch(current).catch(() => undefined)
  return () => {
    isStopped = true
    unfollow()
    unwatch?.()
  }
}
