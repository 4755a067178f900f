import type { ByteRange, NodeApi } from '../rpc/api.ts'
import type { NodeClient } from '../rpc/client.ts'
import type { ClientSlot } from './client-slot.ts'

type Bytes = Uint8Array<ArrayBuffer>
type StreamOptions = NonNullable<Parameters<NodeApi['stream']>[1]>

/** `NodeApi.stream` that goes on at the byte it had reached when the node moves. */
export async function lastingStream(
  slot: ClientSlot,
  link: string,
  options: StreamOptions = {},
): Promise<ReadableStream<Bytes>> {
  const content = new MovingContent(slot, link, options)
  await content.open()
  return new ReadableStream<Bytes>(
    {
      async pull(controller) {
        const bytes = await content.read()
        if (bytes === undefined) controller.close()
        else controller.enqueue(bytes)
      },
      cancel: (reason) => content.cancel(reason),
    },
    { highWaterMark: 0 },
  )
}

class MovingContent {
  readonly #slot: ClientSlot
  readonly #link: string
  readonly #options: StreamOptions
  #readBytes = 0
  #client: NodeClient | undefined
  #reader: ReadableStreamDefaultReader<Bytes> | undefined

  constructor(slot: ClientSlot, link: string, options: StreamOptions) {
    this.#slot = slot
    this.#link = link
    this.#options = options
  }

  async open(): Promise<void> {
    const { signal } = this.#options
    await this.#slot.use((client) => this.#openAt(client), { signal, isRepeatable: true })
  }

  /** Undefined at the end. */
  async read(): Promise<Bytes | undefined> {
    for (;;) {
      try {
        const { done, value } = (await this.#reader?.read()) ?? { done: true, value: undefined }
        if (done) return undefined
        this.#readBytes += value.byteLength
        return value
      } catch (error) {
        if (error === undefined || error !== this.#client?.goneBecause) throw error
      }
      await this.open()
    }
  }

  async cancel(reason: unknown): Promise<void> {
    await this.#reader?.cancel(reason)
  }

  async #openAt(client: NodeClient): Promise<void> {
    this.#client = client
    this.#reader = undefined
    if (this.#readBytes === 0) {
      this.#reader = (await client.stream(this.#link, this.#options)).getReader()
      return
    }
    const range = await this.#rest(client)
    if (range.startByte >= range.endByte) return
    this.#reader = (await client.stream(this.#link, { ...this.#options, range })).getReader()
  }

  async #rest(client: NodeClient): Promise<ByteRange> {
    const { range, signal } = this.#options
    const endByte = range?.endByte ?? (await client.manifest(this.#link, { signal })).sizeBytes
    return { startByte: (range?.startByte ?? 0) + this.#readBytes, endByte }
  }
}
