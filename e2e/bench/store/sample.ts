/** What one measure gives back. */
export interface Sample {
  readonly bytes: number
  readonly ms: number
}

export const BLOCK_BYTES = 65_536
export const DIGEST_BYTES = 32

export interface PlainBlock {
  readonly digest: Uint8Array<ArrayBuffer>
  readonly bytes: Uint8Array<ArrayBuffer>
}

/** Random blocks, each with a buffer and a digest of its own. */
export function makeBlocks(count: number): PlainBlock[] {
  return Array.from({ length: count }, () => ({
    digest: crypto.getRandomValues(new Uint8Array(DIGEST_BYTES)),
    bytes: crypto.getRandomValues(new Uint8Array(BLOCK_BYTES)),
  }))
}

export function groupsOf<T>(items: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, i) => items.slice(i * size, (i + 1) * size))
}

export async function timed(bytes: number, work: () => Promise<void>): Promise<Sample> {
  const startMs = performance.now()
  await work()
  return { bytes, ms: performance.now() - startMs }
}

/** Runs `work` over `items` with at most `width` at the same time. */
export async function inParallel<T>(
  items: readonly T[],
  width: number,
  work: (item: T) => Promise<void>,
): Promise<void> {
  const queue = items.values()
  const lane = async (): Promise<void> => {
    for (const item of queue) await work(item)
  }
  await Promise.all(Array.from({ length: width }, lane))
}

/** The items in an order of chance. */
export function shuffled<T>(items: readonly T[]): T[] {
  return items
    .map((item) => ({ item, rank: Math.random() }))
    .toSorted((a, b) => a.rank - b.rank)
    .map(({ item }) => item)
}
