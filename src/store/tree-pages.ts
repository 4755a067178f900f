/**
 * The pages of one tree inside one transaction: its Merkle nodes and its presence bitmap.
 *
 *   nodes: the flat tree of `merkle/layout.ts` (leaves first, root last), 512 nodes a page; 32 zero bytes = not known
 *   have:  one bit a block as in `BlockSet`, 32768 blocks a page
 *
 * So what a group of blocks costs does not grow with the dataset, and partial trees can prove what they hold. Zero bytes
 * at a page’s end are not stored.
 */
import { DIGEST_BYTES } from '../codec/cid.ts'
import type { KvReader, KvWriter } from './kv.ts'
import { type PageKind, type TreeId, pageKey } from './records.ts'

export const NODES_PER_PAGE = 512
export const BLOCKS_PER_HAVE_PAGE = 32_768

const PAGE_BYTES = { nodes: NODES_PER_PAGE * DIGEST_BYTES, have: BLOCKS_PER_HAVE_PAGE / 8 } as const

interface Page {
  readonly kind: PageKind
  readonly number: number
  readonly bytes: Uint8Array
  isDirty: boolean
}

export class TreePages {
  readonly #tx: KvReader
  readonly #treeId: TreeId
  readonly #pages = { nodes: new Map<number, Page>(), have: new Map<number, Page>() }

  constructor(tx: KvReader, treeId: TreeId) {
    this.#tx = tx
    this.#treeId = treeId
  }

  /** Reads the pages that hold these nodes and presence bits, all at once; later calls see only what was loaded. */
  async load(wanted: { positions?: Iterable<number>; indices?: Iterable<number> }): Promise<void> {
    const pages = [
      ...this.#missing('nodes', wanted.positions ?? [], NODES_PER_PAGE),
      ...this.#missing('have', wanted.indices ?? [], BLOCKS_PER_HAVE_PAGE),
    ]
    await Promise.all(pages.map(({ kind, number }) => this.#loadPage(kind, number)))
  }

  /** The node at a flat position; undefined where it is not known. */
  node(position: number): Uint8Array | undefined {
    const bytes = this.#page('nodes', Math.floor(position / NODES_PER_PAGE)).bytes
    const offset = (position % NODES_PER_PAGE) * DIGEST_BYTES
    const node = bytes.slice(offset, offset + DIGEST_BYTES)
    return node.some((byte) => byte !== 0) ? node : undefined
  }

  setNode(position: number, node: Uint8Array): void {
    const page = this.#page('nodes', Math.floor(position / NODES_PER_PAGE))
    page.bytes.set(node, (position % NODES_PER_PAGE) * DIGEST_BYTES)
    page.isDirty = true
  }

  has(index: number): boolean {
    const { bytes } = this.#page('have', Math.floor(index / BLOCKS_PER_HAVE_PAGE))
    const bit = index % BLOCKS_PER_HAVE_PAGE
    return ((bytes[bit >> 3] ?? 0) & (1 << (bit & 7))) !== 0
  }

  /** Marks a block as present; false where it was. */
  add(index: number): boolean {
    if (this.has(index)) return false
    const page = this.#page('have', Math.floor(index / BLOCKS_PER_HAVE_PAGE))
    const bit = index % BLOCKS_PER_HAVE_PAGE
    page.bytes[bit >> 3] = (page.bytes[bit >> 3] ?? 0) | (1 << (bit & 7))
    page.isDirty = true
    return true
  }

  /** Marks a present block as missing. */
  remove(index: number): void {
    const page = this.#page('have', Math.floor(index / BLOCKS_PER_HAVE_PAGE))
    const bit = index % BLOCKS_PER_HAVE_PAGE
    page.bytes[bit >> 3] = (page.bytes[bit >> 3] ?? 0) & ~(1 << (bit & 7))
    page.isDirty = true
  }

  /** Writes the pages that changed. */
  save(tx: KvWriter): void {
    for (const page of [...this.#pages.nodes.values(), ...this.#pages.have.values()]) {
      if (page.isDirty) tx.put('pages', pageKey(this.#treeId, page.kind, page.number), withoutZeroTail(page.bytes))
      page.isDirty = false
    }
  }

  #missing(kind: PageKind, places: Iterable<number>, perPage: number): { kind: PageKind; number: number }[] {
    const numbers = new Set<number>()
    for (const place of places) numbers.add(Math.floor(place / perPage))
    return [...numbers].filter((number) => !this.#pages[kind].has(number)).map((number) => ({ kind, number }))
  }

  async #loadPage(kind: PageKind, number: number): Promise<void> {
    const stored = await this.#tx.get('pages', pageKey(this.#treeId, kind, number))
    const bytes = new Uint8Array(PAGE_BYTES[kind])
    if (stored !== undefined) bytes.set(stored)
    this.#pages[kind].set(number, { kind, number, bytes, isDirty: false })
  }

  #page(kind: PageKind, number: number): Page {
    const page = this.#pages[kind].get(number)
    if (page === undefined) throw new RangeError(`Page ${number} of kind “${kind}” was not loaded.`)
    return page
  }
}

/** Reads a whole bitmap, as `BlockSet` takes it. */
export async function readHaveBytes(tx: KvReader, treeId: TreeId, blockCount: number): Promise<Uint8Array> {
  const pageBytes = PAGE_BYTES.have
  const pageCount = Math.ceil(blockCount / BLOCKS_PER_HAVE_PAGE)
  const bytes = new Uint8Array(pageCount * pageBytes)
  const pages = Array.from({ length: pageCount }, (_, page) => tx.get('pages', pageKey(treeId, 'have', page)))
  for (const [page, stored] of (await Promise.all(pages)).entries()) bytes.set(stored ?? [], page * pageBytes)
  return bytes
}

/** Reads the leaves of the blocks that are here, 32 bytes a block, zeros where one is missing. */
export async function readLeaves(tx: KvReader, treeId: TreeId, blockCount: number): Promise<Uint8Array> {
  const pages = new TreePages(tx, treeId)
  const indices = Array.from({ length: blockCount }, (_, index) => index)
  await pages.load({ indices, positions: indices })
  const bytes = new Uint8Array(blockCount * DIGEST_BYTES)
  for (const index of indices) {
    const leaf = pages.has(index) ? pages.node(index) : undefined
    if (leaf !== undefined) bytes.set(leaf, index * DIGEST_BYTES)
  }
  return bytes
}

function withoutZeroTail(bytes: Uint8Array): Uint8Array {
  let end = bytes.byteLength
  while (end > 0 && bytes[end - 1] === 0) end--
  return bytes.slice(0, end)
}
