import type { AuthorKey } from '../ids.ts'
import { sameBytes } from '../../codec/same-bytes.ts'
import { authorKeyOf } from './secp256k1.ts'

interface Known {
  readonly key: Uint8Array
  readonly text: AuthorKey
}

const MAX_AUTHORS = 16_384

/** The texts of public keys, one string an author however many messages they wrote. */
export class AuthorTexts {
  readonly #known = new Map<number, Known>()

  textOf(key: Uint8Array): AuthorKey {
    const place = new DataView(key.buffer, key.byteOffset + 1).getUint32(0)
    const known = this.#known.get(place)
    if (known !== undefined && sameBytes(known.key, key)) return known.text
    const text = authorKeyOf(key)
    if (this.#known.size >= MAX_AUTHORS) this.#known.clear()
    this.#known.set(place, { key: key.slice(), text })
    return text
  }
}
