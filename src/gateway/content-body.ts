import { isQuireError } from '../errors.ts'
import type { ByteRange } from '../rpc/api.ts'
import type { CallOptions } from '../rpc/call-types.ts'
import type { GatewayNode } from './gateway-parts.ts'
import type { StreamRoom } from './player-rooms.ts'
import { untilAborted } from './until-aborted.ts'

type Bytes = Uint8Array<ArrayBuffer>

/** Nodes in a row that go before they have given a byte. */
const MAX_LOST_NODES = 5

export interface ContentBodyInit {
  readonly link: string
  readonly range: ByteRange
  /** How far the node may ask ahead of what is taken; as it likes unless told. */
  readonly readAheadBytes?: number | undefined
  /** Where a player says how much it needs. */
  readonly room?: StreamRoom | undefined
  readonly reach: (options: CallOptions) => Promise<GatewayNode>
  /** Ends the reading, also while nothing is read. */
  readonly signal: AbortSignal
}

/**
 * The bytes of a range, read as somebody takes them and not before; goes on at the byte it had reached with the next node
 * where the one that it reads from goes.
 */
export class ContentBody {
  readonly #init: ContentBodyInit
  readonly #cancelled = new AbortController()
  #reader: ReadableStreamDefaultReader<Bytes> | undefined
  #first: Bytes | undefined
  #nextByte: number
  #lostNodes = 0

  constructor(init: ContentBodyInit) {
    this.#init = init
    this.#nextByte = init.range.startByte
  }

  /** Reads the first bytes, which the stream then begins with: what fails until here can still be told. */
  async open(): Promise<void> {
    // Also where nobody answers any more: then a read hears nothing of the abort.
    this.#first = await untilAborted(this.#read(), this.#init.signal)
  }

  /** What is left; cancelling it ends what is asked of the node. */
  stream(): ReadableStream<Bytes> {
    return new ReadableStream<Bytes>(
      {
        pull: async (controller) => {
          const bytes = await this.#next()
          if (bytes === undefined) controller.close()
          else controller.enqueue(bytes)
        },
        cancel: (reason) => this.cancel(reason),
      },
      { highWaterMark: 0 },
    )
  }

  async cancel(reason: unknown): Promise<void> {
    this.#cancelled.abort(reason)
    // One that has failed has nothing to cancel.
    await this.#reader?.cancel(reason).catch(() => undefined)
  }

  async #next(): Promise<Bytes | undefined> {
    const { room } = this.#init
    if (this.#first === undefined) await room?.wait(this.#cancelled.signal)
    const bytes = this.#first ?? (await this.#read())
    this.#first = undefined
    room?.given(bytes?.byteLength ?? 0)
    return bytes
  }

  /** Undefined at the end. */
  async #read(): Promise<Bytes | undefined> {
    while (this.#nextByte < this.#init.range.endByte) {
      try {
        this.#reader ??= await this.#openRest()
        const { done, value } = await this.#reader.read()
        if (done) throw new TypeError('The content ended before its end.')
        this.#nextByte += value.byteLength
        this.#lostNodes = 0
        return value
      } catch (error) {
        this.#reader = undefined
        if (!isLostNode(error) || ++this.#lostNodes > MAX_LOST_NODES) throw error
      }
    }
    return undefined
  }

  async #openRest(): Promise<ReadableStreamDefaultReader<Bytes>> {
    const { link, range, readAheadBytes, reach, signal } = this.#init
    const node = await reach({ signal })
    const rest = { ...range, startByte: this.#nextByte }
    const content = await node.stream(link, { range: rest, readAheadBytes, signal })
    return content.getReader()
  }
}

/** The node is gone, and its content is not: another one has it. */
export function isLostNode(error: unknown): boolean {
  return isQuireError(error) && ['ERR_NODE_MOVED', 'ERR_NODE_STOPPED', 'ERR_WORKER_DIED'].includes(error.code)
}
