import type { Manifest } from '../codec/manifest.ts'
import { QuireError } from '../errors.ts'
import type { BlockSource } from './block-source.ts'
import { BlockWindow } from './block-window.ts'

/** Which bytes, from `startByte` (0-based) up to and without `endByte`. */
export interface ContentRange {
  readonly startByte: number
  readonly endByte: number
}

export interface ReadOptions {
  /** The whole content unless told; an `endByte` past the end is cut. */
  readonly range?: ContentRange | undefined
  /** The most blocks in memory at once, the one with the reader included; 2 MiB of them unless told, and 2 to 128. */
  readonly readAheadBlocks?: number | undefined
  readonly signal?: AbortSignal | undefined
}

/**
 * The content of a dataset in order, one block’s bytes at a time, cut at the dataset’s size or at `range`.
 *
 * The first block is asked for with one more, and with every block read twice as many are asked for ahead, so that a jump
 * to another place costs little. They are asked for in bunches of half the read-ahead: a source may answer several with
 * one read.
 * Errors: `ERR_RANGE_INVALID`, and the source’s own. Ending early or an abort aborts what is still asked of the source.
 */
export async function* readDataset(
  manifest: Manifest,
  source: BlockSource,
  options: ReadOptions = {},
): AsyncGenerator<Uint8Array, void, undefined> {
  const { startByte, endByte } = clip(options.range, manifest.datasetSizeBytes)
  if (startByte === endByte) return
  const size = manifest.blockSizeBytes
  const lastIndex = Math.floor((endByte - 1) / size)
  let index = Math.floor(startByte / size)
  const ahead = new BlockWindow({ source, manifest, lastIndex, index }, options)
  try {
    for (; index <= lastIndex; index++) {
      const block = await ahead.next()
      options.signal?.throwIfAborted()
      const from = Math.max(startByte - index * size, 0)
      const to = Math.min(endByte - index * size, size)
      yield block.subarray(from, to)
    }
  } finally {
    ahead.close()
  }
}

/**
 * The content that `open` gives as a stream which reads only on demand; cancelling it aborts the signal given to `open`.
 *
 * A chunk that is a part of a larger buffer is copied: a stream that crosses to another thread clones the whole buffer
 * behind a view.
 */
export function toReadableStream(
  open: (signal: AbortSignal) => AsyncGenerator<Uint8Array>,
  options: { signal?: AbortSignal | undefined } = {},
): ReadableStream<Uint8Array<ArrayBuffer>> {
  const cancelling = new AbortController()
  const signals = options.signal ? [options.signal, cancelling.signal] : [cancelling.signal]
  const content = open(AbortSignal.any(signals))
  return new ReadableStream<Uint8Array<ArrayBuffer>>(
    {
      async pull(controller) {
        const next = await content.next()
        if (next.done === true) controller.close()
        else controller.enqueue(ownBuffer(next.value))
      },
      async cancel(reason) {
        // A `next` on its way would keep `return` waiting, so it is aborted first; its failure has no reader any more.
        cancelling.abort(reason)
        await content.return(undefined)
      },
    },
    { highWaterMark: 0 },
  )
}

function ownBuffer(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const { buffer } = bytes
  if (buffer instanceof ArrayBuffer && buffer.byteLength === bytes.byteLength) return new Uint8Array(buffer)
  return new Uint8Array(bytes)
}

function clip(range: ContentRange | undefined, sizeBytes: number): ContentRange {
  const { startByte, endByte } = range ?? { startByte: 0, endByte: sizeBytes }
  const isValid = Number.isSafeInteger(startByte) && startByte >= 0 && startByte <= endByte && startByte <= sizeBytes
  if (isValid && !Number.isNaN(endByte)) return { startByte, endByte: Math.min(Math.floor(endByte), sizeBytes) }
  throw new QuireError('ERR_RANGE_INVALID', 'This file has no such range of bytes.', {
    details: { startByte, endByte, sizeBytes },
  })
}
