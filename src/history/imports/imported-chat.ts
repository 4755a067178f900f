/** Channels and categories of an import: their ids are made from the source’s, so a second import finds them again. */
import { toHex } from '../crypto/hex.ts'
import { keccak256 } from '../crypto/keccak.ts'
import type { ChatId, CommunityId } from '../ids.ts'
import type { ImportKind, ImportedChannel } from './imported-message.ts'

export interface ImportedChat {
  readonly id: ChatId
  readonly uuid: string
  readonly name: string
  readonly description: string
  readonly category?: { readonly id: string; readonly name: string } | undefined
}

const MAX_NAME_CHARACTERS = 100
const MAX_DESCRIPTION_CHARACTERS = 500

export function chatOf(
  { sourceId, name, topic, category }: ImportedChannel,
  { community, kind }: { readonly community: CommunityId; readonly kind: ImportKind },
): ImportedChat {
  const uuid = uuidOf(`${community}/${kind}/${sourceId}`)
  return {
    id: `${community}${uuid}` as ChatId,
    uuid,
    name: shortened(name, MAX_NAME_CHARACTERS),
    description: shortened(topic ?? '', MAX_DESCRIPTION_CHARACTERS),
    category:
      category === undefined
        ? undefined
        : { id: uuidOf(`${community}/${kind}/category/${category}`), name: shortened(category, MAX_NAME_CHARACTERS) },
  }
}

/** A UUID of version 8 (RFC 9562, “custom”) from the keccak-256 of a name. */
function uuidOf(name: string): string {
  const bytes = keccak256(new TextEncoder().encode(name)).slice(0, 16)
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x80
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80
  const hex = toHex(bytes).slice(2)
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-')
}

function shortened(text: string, maxCharacters: number): string {
  const characters = Array.from(text.toWellFormed())
  return characters.length <= maxCharacters
    ? characters.join('')
    : `${characters.slice(0, maxCharacters - 1).join('')}…`
}
