import type { Stream } from '@libp2p/interface'
import { digestOf, MANIFEST_CODEC, manifestCidFromDigest } from '../codec/cid.ts'
import { encodeManifestResponse, ManifestRequestDecoder, type ManifestResponse } from '../codec/manifest-exchange.ts'
import type { BlockStore } from '../store/block-store.ts'
import { type Clock, startDeadline } from './clock.ts'
import { MANIFEST_REQUEST_TIMEOUT_MS, MAX_INBOUND_MANIFEST_STREAMS, MAX_MANIFEST_STREAMS_PER_PEER } from './limits.ts'
import type { PeerKey } from './network-port.ts'
import { isViolation } from './peer-fault.ts'
import { readWith } from './read-with.ts'

/** Who opened a stream. */
interface Asker {
  readonly peer: PeerKey
  /** Aborts when the peer is gone. */
  readonly signal: AbortSignal
}

/** Answers `/storage/manifest/1.0.0`: one request and one answer a stream. */
export class ManifestServer {
  readonly #store: Pick<BlockStore, 'getManifest'>
  readonly #clock: Clock
  readonly #open = new Map<PeerKey, number>()
  #openCount = 0

  constructor(components: { store: Pick<BlockStore, 'getManifest'>; clock: Clock }) {
    this.#store = components.store
    this.#clock = components.clock
  }

  /** Serves one stream; resolves when it is over. Streams above the limits are refused, and end with the peer. */
  async serve(stream: Stream, { peer, signal }: Asker): Promise<void> {
    const openOfPeer = this.#open.get(peer) ?? 0
    if (this.#openCount >= MAX_INBOUND_MANIFEST_STREAMS || openOfPeer >= MAX_MANIFEST_STREAMS_PER_PEER) {
      stream.abort(new Error('too many manifest requests at once'))
      return
    }
    this.#openCount += 1
    this.#open.set(peer, openOfPeer + 1)
    try {
      await this.#answer(stream, signal)
    } finally {
      this.#openCount -= 1
      const left = (this.#open.get(peer) ?? 1) - 1
      if (left > 0) this.#open.set(peer, left)
      else this.#open.delete(peer)
    }
  }

  async #answer(stream: Stream, signal: AbortSignal): Promise<void> {
    const deadline = startDeadline(this.#clock, MANIFEST_REQUEST_TIMEOUT_MS, { signal })
    try {
      const decoder = new ManifestRequestDecoder()
      const response = await readWith(stream, (chunk) => decoder.push(chunk), deadline.signal).then(
        (cid) => this.#find(cid),
        (error: unknown): ManifestResponse => {
          // Generation C answers what it cannot read with “not found”; a stream that ended or stalled gets nothing.
          if (isViolation(error)) return { status: 'not-found' }
          throw error
        },
      )
      stream.send(encodeManifestResponse(response))
      await stream.close({ signal: deadline.signal })
    } catch (error) {
      // The asker is gone, slow, or the store failed: it asks another peer. Nobody here waits for this stream.
      stream.abort(error instanceof Error ? error : new Error('the manifest could not be sent'))
    } finally {
      deadline.clear()
    }
  }

  async #find(cid: Parameters<typeof digestOf>[0]): Promise<ManifestResponse> {
    if (cid.code !== MANIFEST_CODEC) return { status: 'not-found' }
    const bytes = await this.#store.getManifest(manifestCidFromDigest(digestOf(cid)))
    return bytes === undefined ? { status: 'not-found' } : { status: 'found', bytes }
  }
}
