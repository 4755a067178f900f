/** What the history service needs of the node and the network around it; composed in `node/history/`. */
import type { ManifestCid } from '../codec/cid.ts'
import type { PeerKey } from '../codec/peer-key.ts'
import type { CommunityId } from './ids.ts'

export interface AbortOptions {
  readonly signal?: AbortSignal | undefined
}

export interface FetchProgress {
  readonly doneBytes: number
  readonly sizeBytes: number
}

/** Archives and indexes as datasets: named “archive-data.bin”, “application/octet-stream”, blocks of 64 KiB. */
export interface HistoryDatasets {
  /** Stores and announces. The same bytes give the same CID. Errors: `ERR_STORE_FULL`. */
  publish(bytes: Uint8Array, options?: AbortOptions): Promise<ManifestCid>
  /**
   * Fetches every block, verified; what is held is not fetched again, and what arrived is kept after an abort.
   *
   * Errors: `ERR_ARCHIVE_TOO_LARGE` (the manifest names more than `maxBytes`: no block was asked for),
   * `ERR_MANIFEST_NOT_FOUND` (nobody has it within `patienceMs`), `ERR_NO_PEER_HAS_IT` (no new block within `stallMs`).
   */
  fetch(
    cid: ManifestCid,
    options: AbortOptions & {
      readonly maxBytes: number
      readonly patienceMs?: number | undefined
      readonly stallMs?: number | undefined
      readonly onProgress?: ((progress: FetchProgress) => void) | undefined
    },
  ): Promise<void>
  /** From this device alone. Errors: `ERR_DATASET_NOT_FOUND`, `ERR_BLOCK_NOT_FOUND`. */
  read(cid: ManifestCid, options?: AbortOptions): Promise<Uint8Array>
  /** True where every block is here. */
  isHeld(cid: ManifestCid): Promise<boolean>
  /** False where it was not here. */
  remove(cid: ManifestCid): Promise<boolean>
}

/** Small values that outlive the page or process; each is written whole or not at all. */
export interface HistorySettings {
  get(key: string): Promise<Uint8Array | undefined>
  /** Resolves when the value survives a power cut. Errors: `ERR_STORE_FULL`, `ERR_STORE_FAILED`. */
  set(key: string, value: Uint8Array): Promise<void>
  delete(key: string): Promise<void>
}

export type Verdict = 'accept' | 'ignore' | 'reject'

/** A community’s envelopes among those who are online, and what keepers and members kept of them. */
export interface HistoryNetwork {
  /** Hears of envelopes (encoded WakuMessage 14) of a community until the unsubscribe; the verdict decides about relaying. */
  subscribe(community: CommunityId, onEnvelope: (envelope: Uint8Array, from: PeerKey) => Promise<Verdict>): () => void
  /** Resolves with how many peers took it; 0 where nobody listens. */
  publish(community: CommunityId, envelope: Uint8Array): Promise<number>
  /** Tells the DHT that this device can answer for a community, now and again while it runs. */
  provideCommunity(community: CommunityId): void
  unprovideCommunity(community: CommunityId): void
  /**
   * Peers that may answer for a community: keepers first, then whom the DHT names, each once it is connected.
   */
  answerers(
    community: CommunityId,
    options?: AbortOptions & { readonly addresses?: readonly string[] },
  ): AsyncGenerator<PeerKey>
  /** One question over `/quire/history/1.0.0`. Errors: `ERR_PEER_NOT_CONNECTED`, `ERR_PEER_TIMEOUT`, `ERR_MESSAGE_INVALID`. */
  ask(peer: PeerKey, question: HistoryQuestion, options?: AbortOptions): Promise<HistoryAnswer>
  /** Answers what peers ask; undefined to say “I know nothing of it”. */
  answer(responder: (question: HistoryQuestion, from: PeerKey) => Promise<HistoryAnswer | undefined>): () => void
}

/** Times are unix milliseconds; `cursor` is what the answer before gave. */
export type HistoryQuestion =
  | { readonly kind: 'link'; readonly community: CommunityId }
  | {
      readonly kind: 'range'
      readonly community: CommunityId
      readonly fromMs: number
      readonly toMs: number
      readonly cursor?: Uint8Array | undefined
      readonly limit: number
    }
  /** To a keeper: “serve this community”, with its newest link and description where the asker has them. */
  | { readonly kind: 'serve'; readonly community: CommunityId; readonly envelopes: readonly Uint8Array[] }
  /** What is held of a span, as one hash for each of its equal parts (`live/span-digests.ts`). */
  | {
      readonly kind: 'digests'
      readonly community: CommunityId
      readonly fromMs: number
      readonly toMs: number
      readonly parts: number
      readonly salt: Uint8Array
    }

export type HistoryAnswer =
  /**
   * The envelopes of the newest archive link and of the newest description, as their signer made them; `moreParts` where the
   * description takes several.
   */
  | {
      readonly kind: 'link'
      readonly link?: Uint8Array | undefined
      readonly description?: Uint8Array | undefined
      readonly moreParts?: readonly Uint8Array[] | undefined
    }
  | { readonly kind: 'range'; readonly envelopes: readonly Uint8Array[]; readonly cursor?: Uint8Array | undefined }
  | { readonly kind: 'serve'; readonly isServed: boolean }
  | { readonly kind: 'digests'; readonly digests: Uint8Array }
