import { packThrown, type Thrown, unpackThrown } from './errors.ts'

type Bytes = Uint8Array<ArrayBuffer>

/** A new one each time: what waits for it can be forgotten. */
const never = (): Promise<never> => new Promise(() => undefined)

interface Crossing {
  /** Called when the content has ended, failed or was cancelled; perhaps twice. */
  readonly onEnd: () => void
  /** Aborts when the other thread is gone: a stream hears nothing of that by itself. */
  readonly gone: AbortSignal
}

/**
 * `content` made ready for the way to another thread: its failure goes as data, since a clone would lose the code.
 *
 * Once the other thread is gone, `content` is cancelled, and nothing more is said: where somebody reads it after all, as
 * when this side ends and not the other, they learn from their port what became of it, and may go on elsewhere.
 */
export function packStream(content: ReadableStream<Bytes>, crossing: Crossing): ReadableStream<Bytes> {
  return mapFailure(content, packThrown, { ...crossing, isSilentOnceGone: true })
}

/** The inverse of `packStream`; once the other thread is gone, what is read fails with the signal’s reason. */
export function unpackStream(content: ReadableStream<Bytes>, crossing: Crossing): ReadableStream<Bytes> {
  return mapFailure(content, (reason) => (isThrown(reason) ? unpackThrown(reason) : reason), crossing)
}

function mapFailure(
  content: ReadableStream<Bytes>,
  map: (reason: unknown) => unknown,
  { gone, onEnd: tellEnd, isSilentOnceGone = false }: Crossing & { readonly isSilentOnceGone?: boolean },
): ReadableStream<Bytes> {
  const reader = content.getReader()
  let onGone = (): void => undefined
  const onEnd = (): void => {
    gone.removeEventListener('abort', onGone)
    tellEnd()
  }
  const isSilent = (): boolean => isSilentOnceGone && gone.aborted
  return new ReadableStream<Bytes>(
    {
      start(controller) {
        onGone = () => {
          onEnd()
          if (!isSilentOnceGone) controller.error(gone.reason)
          // On the side that reads, perhaps nobody is there to hear it.
          reader.cancel(gone.reason).catch(() => undefined)
        }
        gone.addEventListener('abort', onGone, { once: true })
        if (gone.aborted) onGone()
      },
      async pull(controller) {
        try {
          const { done, value } = await reader.read()
          if (isSilent()) return await never()
          if (!done) return controller.enqueue(value)
          onEnd()
          return controller.close()
        } catch (reason) {
          onEnd()
          if (isSilent()) return never()
          return controller.error(map(reason))
        }
      },
      cancel(reason) {
        onEnd()
        return reader.cancel(reason)
      },
    },
    { highWaterMark: 0 },
  )
}

function isThrown(value: unknown): value is Thrown {
  return typeof value === 'object' && value !== null && 'kind' in value
}
