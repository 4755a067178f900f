/**
 * The network as URLs: what `/cid/<cid>` and `/cid/<cid>/<name>` answer, without knowing of service workers.
 *
 *   request ─▶ AskedContent ─▶ 304? ─▶ manifest ─▶ range ─▶ first bytes ─▶ 200 or 206, the rest as it is read
 *   a person opens a film or a sound ─▶ a page that plays it (player-page.ts), whose player asks as all others do
 *   what goes wrong before the first byte ─▶ a page that says what to do (notice.ts)
 *
 * Peers chose the bytes, the name and the type: safe-media.ts says as what they may be shown on this origin.
 */
import type { ByteRange, ManifestView } from '../rpc/api.ts'
import { type AskedContent, readContentUrl } from './asked-content.ts'
import { readRange } from './byte-range.ts'
import { hasAlready, mayAnswerRange } from './conditions.ts'
import { ContentBody, isLostNode } from './content-body.ts'
import { contentHeaders, lastingHeaders } from './content-headers.ts'
import { firstByteTimer } from './first-byte-timer.ts'
import type { GatewayParts } from './gateway-parts.ts'
import { METHOD_REFUSED, noticeOfError, noticeOfRange } from './notice.ts'
import { isForPage, noticeResponse } from './notice-page.ts'
import { isForPlayer, playerPage } from './player-page.ts'
import { safeMedia } from './safe-media.ts'
import { Timing } from './timing.ts'

/**
 * Of what is played. A player has a store of its own and jumps about: what was asked ahead for it is lost then. This much in
 * a round trip of 100 ms is still 40 Mbit/s.
 */
const PLAYER_READ_AHEAD_BYTES = 512 * 1024
/** The same for a player that says how far it is: what is kept back here is asked for as well. */
const HELD_READ_AHEAD_BYTES = 256 * 1024
const PATIENCE_MS = { page: 20_000, element: 60_000 }
/** Manifests that are kept, each some hundred bytes: a player asks for range after range of the same content. */
const MAX_KNOWN = 64

export class Gateway {
  readonly #parts: GatewayParts
  readonly #known = new Map<string, ManifestView>()

  constructor(parts: GatewayParts) {
    this.#parts = parts
  }

  /** Answers whatever is asked below `/cid/`; rejects with the reason where the asker itself let go. */
  async answer(request: Request): Promise<Response> {
    const { scope } = this.#parts
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      return noticeResponse(request, METHOD_REFUSED, { scope, headers: { Allow: 'GET, HEAD' } })
    }
    try {
      const asked = readContentUrl(new URL(request.url), scope)
      if (hasAlready(request.headers, asked.cid)) {
        return new Response(null, { status: 304, headers: lastingHeaders(asked) })
      }
      return await this.#answerContent(request, asked)
    } catch (error) {
      request.signal.throwIfAborted()
      return noticeResponse(request, noticeOfError(error), { scope })
    }
  }

  async #answerContent(request: Request, asked: AskedContent): Promise<Response> {
    const patience = this.#parts.patienceMs ?? PATIENCE_MS
    const timer = firstByteTimer(isForPage(request) ? patience.page : patience.element, request.signal)
    const timing = new Timing()
    try {
      const manifest = await this.#manifest(asked, { timing, signal: timer.signal })
      if (isForPlayer(request, asked, manifest)) {
        const headers = { 'Server-Timing': timing.header }
        return playerPage(request, { scope: this.#parts.scope, asked, manifest, headers })
      }
      const range =
        request.method === 'GET' && mayAnswerRange(request.headers, asked.cid) ? request.headers.get('range') : null
      const wanted = readRange(range, manifest.sizeBytes)
      if (wanted.type === 'refused') {
        const headers = { 'Content-Range': `bytes */${manifest.sizeBytes}`, 'Accept-Ranges': 'bytes' }
        return noticeResponse(request, noticeOfRange(wanted.reason, manifest), { scope: this.#parts.scope, headers })
      }
      const part = wanted.type === 'part' ? wanted.range : undefined
      const bytes = part ?? { startByte: 0, endByte: manifest.sizeBytes }
      const body =
        request.method === 'HEAD' ? null : await this.#open(asked, bytes, { manifest, timing, signal: timer.signal })
      return new Response(body, {
        status: part === undefined ? 200 : 206,
        headers: {
          ...contentHeaders(asked, manifest),
          ...(part === undefined ? {} : { 'Content-Range': contentRange(part, manifest.sizeBytes) }),
          'Content-Length': String(bytes.endByte - bytes.startByte),
          'Server-Timing': timing.header,
        },
      })
    } catch (error) {
      // What is cut off fails in the words of whoever was in the middle of it.
      timer.signal.throwIfAborted()
      throw error
    } finally {
      timer.stop()
    }
  }

  /** Asked of the next node where the one that was asked goes. */
  async #manifest(asked: AskedContent, { timing, signal }: OpenOptions): Promise<ManifestView> {
    const known = this.#known.get(asked.cid)
    if (known !== undefined) return known
    const node = await timing.measure('node', this.#parts.reach({ signal }))
    const manifest = await timing.measure('manifest', node.manifest(asked.link, { signal })).catch(async (error) => {
      if (!isLostNode(error)) throw error
      const next = await this.#parts.reach({ signal })
      return next.manifest(asked.link, { signal })
    })
    this.#known.set(asked.cid, manifest)
    const [oldest] = this.#known.keys()
    if (this.#known.size > MAX_KNOWN && oldest !== undefined) this.#known.delete(oldest)
    return manifest
  }

  async #open(
    asked: AskedContent,
    range: ByteRange,
    options: OpenOptions & { readonly manifest: ManifestView },
  ): Promise<ReadableStream<Bytes>> {
    const { manifest, timing, signal } = options
    const { isPlayed } = safeMedia({ mediaType: manifest.mediaType, name: manifest.name ?? asked.name })
    const { reach, rooms } = this.#parts
    const room = isPlayed && asked.player !== undefined ? rooms.streamOf(asked.player) : undefined
    const aheadBytes = room === undefined ? PLAYER_READ_AHEAD_BYTES : HELD_READ_AHEAD_BYTES
    const readAheadBytes = isPlayed ? aheadBytes : undefined
    const body = new ContentBody({ link: asked.link, range, readAheadBytes, room, reach, signal })
    await timing.measure('first-byte', body.open())
    return body.stream()
  }
}

type Bytes = Uint8Array<ArrayBuffer>

interface OpenOptions {
  readonly timing: Timing
  readonly signal: AbortSignal
}

function contentRange({ startByte, endByte }: ByteRange, sizeBytes: number): string {
  return `bytes ${startByte}-${endByte - 1}/${sizeBytes}`
}
