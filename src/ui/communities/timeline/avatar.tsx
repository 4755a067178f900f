/** An author’s picture, or the first letters of the name on a quiet ground that goes with the key. */
import { displayName } from '../../format/names.ts'
import type { AuthorView } from '../../../rpc/history-api.ts'
import { avatarUrl } from './avatar-urls.ts'

const GROUNDS = 6

export function Avatar({ author }: { author: AuthorView }) {
  const url = author.avatar === undefined ? undefined : avatarUrl(author.key, author.avatar)
  if (url !== undefined) return <img class="avatar" src={url} alt="" width="32" height="32" decoding="async" />
  return (
    <span class={`avatar avatar-${groundOf(author)}`} aria-hidden="true">
      {initialsOf(displayName(author.name))}
    </span>
  )
}

/** Imported authors share the community’s key, so that the name counts, too. */
function groundOf({ key, name }: AuthorView): number {
  let sum = 0
  for (const character of key.slice(-8) + name) sum = (sum * 31 + (character.codePointAt(0) ?? 0)) % 9973
  return sum % GROUNDS
}

function initialsOf(name: string): string {
  const [first = '', second = ''] = name.split(/\s+/)
  return (Array.from(first)[0] ?? '') + (Array.from(second)[0] ?? '')
}
