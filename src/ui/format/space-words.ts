import type { EvictionView } from '../../rpc/api.ts'
import { countOf, formatBytes } from './bytes.ts'
import { displayName } from './names.ts'

const NAMED = 2

/** What went to make room, in one or two sentences: what, how much, why, and what one can do. */
export function sentenceOfEviction({ evicted, reason }: EvictionView): string {
  const sizeBytes = evicted.reduce((sum, each) => sum + each.sizeBytes, 0)
  const named = evicted.slice(0, NAMED).map(({ name }) => `“${displayName(name)}”`)
  const others = evicted.length - named.length
  const list = others === 0 ? named.join(' and ') : `${named.join(', ')} and ${countOf(others, 'other file')}`
  const [were, they] = evicted.length === 1 ? ['was', 'It was'] : ['were', 'They were']
  const why = reason === 'needed' ? 'To make room' : 'Because little room is left'
  const advice = 'Pin what must stay; a link fetches the rest again.'
  return `${why}, ${list} ${were} removed from this device (${formatBytes(sizeBytes)}). ${they} not pinned. ${advice}`
}
