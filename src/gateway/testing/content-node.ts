import { cidText, manifestCidFromDigest } from '../../codec/cid.ts'
import { QuireError } from '../../errors.ts'
import type { ByteRange, ManifestView } from '../../rpc/api.ts'
import { Gateway } from '../gateway.ts'
import type { GatewayNode, GatewayParts } from '../gateway-parts.ts'
import { PlayerRooms } from '../player-rooms.ts'

export const SCOPE = 'https://quire.example/app/'
export const CID = cidText(manifestCidFromDigest(new Uint8Array(32).fill(7)))
const CHUNK_BYTES = 100

interface StreamNote {
  readonly link: string
  readonly range: ByteRange
  readonly readAheadBytes: number | undefined
  givenBytes: number
  isCancelled: boolean
}

/** Bytes 0, 1, 2 … 255, 0 … in chunks of 100; it counts what is asked of it. */
export class ContentNode implements GatewayNode {
  readonly streams: StreamNote[] = []
  manifestsAsked = 0
  /** Where the next streams break, and with what. */
  breaksAt: { readonly byte: number; readonly error: unknown } | undefined
  readonly #view: ManifestView

  constructor(view: Partial<ManifestView> = {}) {
    this.#view = { cid: CID, treeCid: '', sizeBytes: 1000, blockSizeBytes: CHUNK_BYTES, blockCount: 10, ...view }
  }

  async manifest(): Promise<ManifestView> {
    this.manifestsAsked++
    return this.#view
  }

  async stream(link: string, options: NonNullable<Parameters<GatewayNode['stream']>[1]> = {}) {
    const { range = { startByte: 0, endByte: this.#view.sizeBytes }, readAheadBytes } = options
    const { breaksAt } = this
    const note: StreamNote = { link, range, readAheadBytes, givenBytes: 0, isCancelled: false }
    this.streams.push(note)
    return new ReadableStream<Uint8Array<ArrayBuffer>>(
      {
        pull(controller) {
          const from = range.startByte + note.givenBytes
          if (breaksAt !== undefined && from >= breaksAt.byte) return controller.error(breaksAt.error)
          if (from >= range.endByte) return controller.close()
          const to = Math.min(from + CHUNK_BYTES, range.endByte)
          note.givenBytes += to - from
          controller.enqueue(contentBytes(from, to))
        },
        cancel: () => void (note.isCancelled = true),
      },
      { highWaterMark: 0 },
    )
  }
}

export function contentBytes(startByte: number, endByte: number): Uint8Array<ArrayBuffer> {
  return Uint8Array.from({ length: endByte - startByte }, (_, index) => (startByte + index) % 256)
}

/** A gateway before nodes that are reached one after the other, the last one for ever. */
export function gatewayTo(nodes: readonly GatewayNode[], parts: Partial<GatewayParts> = {}): Gateway {
  const waiting = [...nodes]
  const reach = async (): Promise<GatewayNode> => {
    const node = waiting.length > 1 ? waiting.shift() : waiting[0]
    if (node !== undefined) return node
    throw new QuireError('ERR_NODE_UNREACHABLE', 'No tab with Quire is open.', { details: { openPages: 0 } })
  }
  return new Gateway({ scope: SCOPE, reach, rooms: new PlayerRooms(), ...parts })
}

/** Asks for the test’s content, `path` after its CID. */
export function ask(gateway: Gateway, headers: Record<string, string> = {}, path = ''): Promise<Response> {
  return gateway.answer(new Request(`${SCOPE}cid/${CID}${path}`, { headers }))
}
