import { packThrown, type Thrown, unpackThrown } from './errors.ts'

type Bytes = Uint8Array<ArrayBuffer>

/** `content` made ready for the way to another thread: its failure goes as data, since a clone would lose the code. */
export function packStream(content: ReadableStream<Bytes>): ReadableStream<Bytes> {
  return mapFailure(content, packThrown)
}

/** The inverse of `packStream`; `onEnd` is called once, when the content has ended, failed or was cancelled. */
export function unpackStream(content: ReadableStream<Bytes>, onEnd: () => void): ReadableStream<Bytes> {
  return mapFailure(content, (reason) => (isThrown(reason) ? unpackThrown(reason) : reason), onEnd)
}

function mapFailure(
  content: ReadableStream<Bytes>,
  map: (reason: unknown) => unknown,
  onEnd: () => void = () => undefined,
): ReadableStream<Bytes> {
  const reader = content.getReader()
  return new ReadableStream<Bytes>(
    {
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
