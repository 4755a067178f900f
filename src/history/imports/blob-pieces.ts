import { QuireError } from '../../errors.ts'

/** A blob from its start, in the pieces that its stream gives. Errors: `ERR_FILE_UNREADABLE`. */
export async function* piecesOf(blob: Blob, signal: AbortSignal | undefined): AsyncGenerator<Uint8Array> {
  const reader = blob.stream().getReader()
  try {
    for (;;) {
      signal?.throwIfAborted()
      const { done, value } = await reader.read()
      if (done) return
      yield value
    }
  } catch (cause) {
    signal?.throwIfAborted()
    if (cause instanceof QuireError) throw cause
    throw new QuireError('ERR_FILE_UNREADABLE', 'The file could not be read further.', { cause })
  } finally {
    await reader.cancel().catch(() => undefined)
  }
}
