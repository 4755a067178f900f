/** A stream that gives some bytes and then nothing more, without an end. */
export class ByteSource {
  readonly stream: ReadableStream<Uint8Array<ArrayBuffer>>
  /** Resolves when what there was is read, and more is asked for. */
  readonly isStalled: Promise<void>
  /** Resolves when its reader has let go of it. */
  readonly isCancelled: Promise<void>

  constructor(sizeBytes: number) {
    const [stalled, cancelled] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
    this.isStalled = stalled.promise
    this.isCancelled = cancelled.promise
    let isGiven = false
    this.stream = new ReadableStream(
      {
        pull(controller) {
          if (!isGiven) {
            isGiven = true
            return controller.enqueue(new Uint8Array(sizeBytes))
          }
          stalled.resolve()
          return new Promise<void>(() => undefined)
        },
        cancel: () => cancelled.resolve(),
      },
      { highWaterMark: 0 },
    )
  }
}
