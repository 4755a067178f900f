import { packThrown, type Thrown, unpackThrown } from './errors.ts'

type Bytes = Uint8Array<ArrayBuffer>

interface Crossing {
  /** Called when the content has ended, failed or was cancelled; perhaps twice. */
  readonly onEnd: () => void
  /** Aborts when the other thread is gone: a stream hears nothing of that by itself. */
  readonly gone: AbortSignal
}

/**
 * `content` made ready for the way to another thread: its failure goes as data, since a clone would lose the code. Once the
 * other thread is gone, `content` is cancelled.
 */
export function packStream(content: ReadableStream<Bytes>, crossing: Crossing): ReadableStream<Bytes> {
  return mapFailure(content, packThrown, crossing)
}

/** The inverse of `packStream`; once the other thread is gone, what is read fails with the signal’s reason. */
export function unpackStream(content: ReadableStream<Bytes>, crossing: Crossing): ReadableStream<Bytes> {
  return mapFailure(content, (reason) => (isThrown(reason) ? unpackThrown(reason) : reason), crossing)
}

function mapFailure(
  content: ReadableStream<Bytes>,
  map: (reason: unknown) => unknown,
  { gone, ...crossing }: Crossing,
): ReadableStream<Bytes> {
  const reader = content.getReader()
  let onGone = (): void => undefined
  const onEnd = (): void => {
    gone.removeEventListener('abort', onGone)
    crossing.onEnd()
  }
  return new ReadableStream<Bytes>(
    {
      start(controller) {
        onGone = () => {
          onEnd()
          controller.error(gone.reason)
          // Of the side that reads, nobody is there to hear it.
          reader.cancel(gone.reason).catch(() => undefined)
        }
        gone.addEventListener('abort', onGone, { once: true })
        if (gone.aborted) onGone()
      },
      async pull(controller) {
        try {
          const { done, value } = await reader.read()
          if (!done) return controller.enqueue(value)
          onEnd()
          return controller.close()
        } catch (reason) {
          onEnd()
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
