/**
 * A JSON document of any size in bounded memory: values come out one by one as their last byte arrives.
 *
 *   bytes ─▶ places of values (strings, depth) ─▶ one value’s bytes ─ JSON.parse ─▶ { path, value }
 *
 * A container is entered where a wanted path goes on below it; every other value is handed over whole, up to a size.
 * Paths are written with dots, “*” stands for any name or place: “messages.*” hands over each message by itself.
 */

export type JsonPath = readonly (string | number)[]

export type JsonPart =
  | { readonly kind: 'value'; readonly path: JsonPath; readonly value: unknown }
  /** One value that is too large or not JSON; reading goes on after it. */
  | { readonly kind: 'unreadable'; readonly path: JsonPath; readonly what: string }
  /** Nothing more can be read of this document. */
  | { readonly kind: 'broken'; readonly atByte: number; readonly what: string }

interface PathNode {
  readonly below: Map<string, PathNode>
}

interface Frame {
  readonly isArray: boolean
  readonly node: PathNode
  /** Of the value that is being read: a name, or a place in an array. */
  key: string | number
}

interface Leaf {
  readonly shape: 'string' | 'container' | 'scalar'
  readonly isKey: boolean
  depth: number
  isInString: boolean
  isEscaped: boolean
  sizeBytes: number
  pieces: Uint8Array[]
}

const TAB = 0x09
const LINE_FEED = 0x0a
const CARRIAGE_RETURN = 0x0d
const SPACE = 0x20
const QUOTE = 0x22
const COMMA = 0x2c
const COLON = 0x3a
const OPEN_ARRAY = 0x5b
const BACKSLASH = 0x5c
const CLOSE_ARRAY = 0x5d
const OPEN_OBJECT = 0x7b
const CLOSE_OBJECT = 0x7d
/** Deeper documents are not descended into: paths of exports have five steps. */
const MAX_FRAMES = 16

/** Takes a document’s bytes in any pieces. */
export class JsonParts {
  readonly #root: PathNode
  readonly #maxValueBytes: number
  readonly #decoder = new TextDecoder()
  readonly #frames: Frame[] = []
  #expects: 'value' | 'key' | 'colon' | 'next' | 'nothing' = 'value'
  #leaf: Leaf | undefined
  #offset = 0
  #isBroken = false

  constructor(paths: readonly string[], init: { readonly maxValueBytes: number }) {
    this.#root = { below: new Map() }
    for (const path of paths) addPath(this.#root, path.split('.'))
    this.#maxValueBytes = init.maxValueBytes
  }

  push(chunk: Uint8Array): readonly JsonPart[] {
    const parts: JsonPart[] = []
    let at = this.#offset === 0 && hasByteOrderMark(chunk) ? 3 : 0
    while (at < chunk.byteLength && !this.#isBroken) {
      if (this.#leaf !== undefined) at = this.#readLeaf(this.#leaf, { chunk, at, parts })
      else if (isSpace(chunk[at] ?? 0)) at++
      else at = this.#step({ chunk, at, parts })
    }
    this.#offset += chunk.byteLength
    return parts
  }

  /** Says what is missing where the document ended too early. */
  end(): readonly JsonPart[] {
    const parts: JsonPart[] = []
    if (this.#leaf?.shape === 'scalar' && this.#frames.length === 0) this.#finishLeaf(this.#leaf, parts)
    if (this.#isBroken || this.#expects === 'nothing') return parts
    this.#break(parts, 0, this.#offset === 0 ? 'The file is empty.' : 'The file ends in the middle.')
    return parts
  }

  #step({ chunk, at, parts }: Place): number {
    const byte = chunk[at] ?? 0
    const top = this.#frames.at(-1)
    if (this.#expects === 'colon' && byte === COLON) {
      this.#expects = 'value'
      return at + 1
    }
    if (top !== undefined && byte === (top.isArray ? CLOSE_ARRAY : CLOSE_OBJECT) && this.#expects !== 'colon') {
      this.#frames.pop()
      this.#afterValue()
      return at + 1
    }
    if (this.#expects === 'next' && byte === COMMA && top !== undefined) {
      if (typeof top.key === 'number') top.key++
      this.#expects = top.isArray ? 'value' : 'key'
      return at + 1
    }
    if (this.#expects === 'key' && byte === QUOTE) return this.#startLeaf(true, { chunk, at, parts })
    if (this.#expects === 'value') return this.#startValue({ chunk, at, parts })
    this.#break(parts, at, `“${String.fromCharCode(byte)}” is not expected here.`)
    return at
  }

  #startValue(place: Place): number {
    const byte = place.chunk[place.at] ?? 0
    const node = this.#nodeHere()
    const isContainer = byte === OPEN_ARRAY || byte === OPEN_OBJECT
    if (!isContainer || node === undefined || node.below.size === 0 || this.#frames.length === MAX_FRAMES) {
      return this.#startLeaf(false, place)
    }
    this.#frames.push({ isArray: byte === OPEN_ARRAY, node, key: byte === OPEN_ARRAY ? 0 : '' })
    this.#expects = byte === OPEN_ARRAY ? 'value' : 'key'
    return place.at + 1
  }

  #startLeaf(isKey: boolean, place: Place): number {
    const byte = place.chunk[place.at] ?? 0
    if (byte === COMMA || byte === COLON || byte === CLOSE_ARRAY || byte === CLOSE_OBJECT) {
      this.#break(place.parts, place.at, 'A value is missing.')
      return place.at
    }
    const shape = byte === QUOTE ? 'string' : byte === OPEN_ARRAY || byte === OPEN_OBJECT ? 'container' : 'scalar'
    this.#leaf = { shape, isKey, depth: 0, isInString: false, isEscaped: false, sizeBytes: 0, pieces: [] }
    return this.#readLeaf(this.#leaf, place)
  }

  /** The hot loop: one pass over the bytes of a value, looking only for its end. */
  #readLeaf(leaf: Leaf, { chunk, at, parts }: Place): number {
    const isScalar = leaf.shape === 'scalar'
    let { depth, isInString, isEscaped } = leaf
    let end = at
    let isDone = false
    for (; end < chunk.length && !isDone; end++) {
      const byte = chunk[end] ?? 0
      if (isInString) {
        if (isEscaped) isEscaped = false
        else if (byte === BACKSLASH) isEscaped = true
        else if (byte === QUOTE) {
          isInString = false
          isDone = depth === 0
        }
      } else if (isScalar) {
        if (byte !== COMMA && byte !== CLOSE_ARRAY && byte !== CLOSE_OBJECT && !isSpace(byte)) continue
        isDone = true
        end--
      } else if (byte === QUOTE) isInString = true
      else if (byte === OPEN_OBJECT || byte === OPEN_ARRAY) depth++
      else if (byte === CLOSE_OBJECT || byte === CLOSE_ARRAY) isDone = --depth === 0
    }
    leaf.depth = depth
    leaf.isInString = isInString
    leaf.isEscaped = isEscaped
    leaf.sizeBytes += end - at
    // Too large: its bytes are let go, its end is still looked for.
    if (leaf.sizeBytes > this.#maxValueBytes) leaf.pieces = []
    else leaf.pieces.push(isDone ? chunk.subarray(at, end) : chunk.slice(at, end))
    if (isDone) this.#finishLeaf(leaf, parts)
    return end
  }

  #finishLeaf(leaf: Leaf, parts: JsonPart[]): void {
    this.#leaf = undefined
    const value = this.#valueOf(leaf)
    const top = this.#frames.at(-1)
    if (leaf.isKey && top !== undefined) {
      top.key = value.isRead && typeof value.value === 'string' ? value.value : ''
      this.#expects = 'colon'
      return
    }
    const path = this.#frames.map(({ key }) => key)
    parts.push(
      value.isRead ? { kind: 'value', path, value: value.value } : { kind: 'unreadable', path, what: value.what },
    )
    this.#afterValue()
  }

  #valueOf(leaf: Leaf): { isRead: true; value: unknown } | { isRead: false; what: string } {
    if (leaf.sizeBytes > this.#maxValueBytes) {
      return { isRead: false, what: `It has ${leaf.sizeBytes} bytes; at most ${this.#maxValueBytes} are read.` }
    }
    try {
      let text = ''
      for (const piece of leaf.pieces) text += this.#decoder.decode(piece, { stream: true })
      return { isRead: true, value: JSON.parse(text + this.#decoder.decode()) }
    } catch {
      return { isRead: false, what: 'It is not valid JSON.' }
    }
  }

  #nodeHere(): PathNode | undefined {
    const top = this.#frames.at(-1)
    if (top === undefined) return this.#root
    return top.node.below.get(String(top.key)) ?? top.node.below.get('*')
  }

  #afterValue(): void {
    this.#expects = this.#frames.length === 0 ? 'nothing' : 'next'
  }

  #break(parts: JsonPart[], at: number, what: string): void {
    this.#isBroken = true
    parts.push({ kind: 'broken', atByte: this.#offset + at, what })
  }
}

interface Place {
  readonly chunk: Uint8Array
  readonly at: number
  readonly parts: JsonPart[]
}

function addPath(root: PathNode, steps: readonly string[]): void {
  let node = root
  for (const step of steps) {
    const next = node.below.get(step) ?? { below: new Map<string, PathNode>() }
    node.below.set(step, next)
    node = next
  }
}

function isSpace(byte: number): boolean {
  return byte === SPACE || byte === LINE_FEED || byte === CARRIAGE_RETURN || byte === TAB
}

function hasByteOrderMark(chunk: Uint8Array): boolean {
  return chunk[0] === 0xef && chunk[1] === 0xbb && chunk[2] === 0xbf
}
