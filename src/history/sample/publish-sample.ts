/**
 * A sample community is published wherever archives can be stored and its envelopes be left.
 *
 *   weeks ─ sign ─▶ archives ─▶ datasets ─▶ entries ─┬─▶ index ─▶ link ─┐
 *                      └─ words ─▶ search indexes ───┘                  │
 *   plan ─▶ description ────────────────────────────────────────────────┴▶ envelopes ─▶ whoever serves the community
 *
 * The same seed gives the same archives and the same index, so publishing twice stores nothing twice.
 */
import { type ManifestCid, cidText } from '../../codec/cid.ts'
import type { ArchiveEntry } from '../archive/archive-entry.ts'
import { buildArchive, entryOf } from '../archive/build-archive.ts'
import { encodeIndex } from '../archive/read-index.ts'
import { type Curve, type KeyPair, communityIdOf } from '../crypto/secp256k1.ts'
import { topicOf, universalChatId } from '../crypto/topics.ts'
import type { ArchiveId, CommunityId } from '../ids.ts'
import { sealEnvelopes } from '../message/envelope.ts'
import { openArchive } from '../message/open-archive.ts'
import type { OpenedMessage } from '../message/opened-message.ts'
import { type SignedMessage, signArchiveLink, signDescription, transportPayload } from '../message/sign-message.ts'
import type { AbortOptions, HistoryDatasets } from '../ports.ts'
import { encodeSearchIndex, maxSearchIndexBytes } from '../search/published-search-index.ts'
import { sampleDescription } from './sample-description.ts'
import type { SampleInit } from './sample-message.ts'
import { samplePlan, weekStartMs } from './sample-plan.ts'
import { sampleWeek } from './sample-week.ts'
import { SampleSigner, sampleKey } from './sign-week.ts'

/** An archive that was stored. */
export interface SampleArchive {
  readonly id: ArchiveId
  readonly bytes: Uint8Array
}

export interface SampleTarget {
  readonly datasets: Pick<HistoryDatasets, 'publish'>
  /** Takes the envelopes of the description and the archive link to whoever is to serve the community. */
  readonly deliver: (community: CommunityId, envelopes: readonly Uint8Array[], options: AbortOptions) => Promise<void>
  /** The archive of a week, in another way than to make it here: from a cache, or by another process. */
  readonly archiveOf?: ((week: number, options: AbortOptions) => Promise<Uint8Array>) | undefined
  /** The search index of an archive, likewise. */
  readonly searchIndexOf?: ((archive: SampleArchive, options: AbortOptions) => Promise<Uint8Array>) | undefined
}

export interface PublishedSample {
  readonly community: CommunityId
  readonly indexCid: ManifestCid
  readonly archiveCount: number
  readonly archiveBytes: number
  /** Of all search indexes. */
  readonly searchBytes: number
  readonly indexBytes: number
}

const NOTHING = new Uint8Array()
const NO_KEYS = { get: () => undefined }

/** The one whose secret the seed makes. */
export function sampleCommunity(curve: Curve, { seed }: SampleInit): { id: CommunityId; key: KeyPair } {
  const key = sampleKey(curve, seed, 'community')
  return { id: communityIdOf(curve, key.publicKey), key }
}

/** One week’s archive, some 0.25 ms a message; no bytes for a week without messages. */
export function sampleArchive(curve: Curve, init: SampleInit, week: number): Uint8Array {
  const { id } = sampleCommunity(curve, init)
  const messages = new SampleSigner(curve, { community: id, init, plan: samplePlan(init) }).sign(sampleWeek(init, week))
  if (messages.length === 0) return NOTHING
  return buildArchive({ ...spanOf(init, week), number: 0, messages }, topicsOf(id))
}

/** The search index of an archive of the sample, as long as its making, since its messages are opened for it. */
export async function sampleSearchIndex(
  community: CommunityId,
  { id, bytes }: SampleArchive,
  { signal }: AbortOptions = {},
): Promise<Uint8Array> {
  const messages: OpenedMessage[] = []
  for await (const batch of openArchive(bytes, { community, keys: NO_KEYS, signal })) messages.push(...batch.messages)
  return encodeSearchIndex(id, messages, { community })
}

/**
 * Publishes all of it, oldest week first; what was stored before an abort stays.
 *
 * Errors: those of the target.
 */
export async function publishSample(
  { curve, target }: { readonly curve: Curve; readonly target: SampleTarget },
  init: SampleInit,
  options: AbortOptions & { readonly nowMs: number; readonly onWeek?: ((doneWeeks: number) => void) | undefined },
): Promise<PublishedSample> {
  const { signal, nowMs } = options
  const { id, key } = sampleCommunity(curve, init)
  const {
    archiveOf = async (week: number) => sampleArchive(curve, init, week),
    searchIndexOf = (archive: SampleArchive) => sampleSearchIndex(id, archive, { signal }),
  } = target
  const entries: ArchiveEntry[] = []
  let [archiveBytes, searchBytes] = [0, 0]
  for (let week = 0; week < init.weeks; week++) {
    signal?.throwIfAborted()
    const bytes = await archiveOf(week, { signal })
    if (bytes.byteLength > 0) {
      const cid = await target.datasets.publish(bytes, { signal })
      const entry = entryOf({ ...spanOf(init, week), topics: topicsOf(id), cid })
      archiveBytes += bytes.byteLength
      const search = await searchIndexOf({ id: entry.id, bytes }, { signal })
      // As an owner’s: a member would not take a larger one.
      const isTooLarge = search.byteLength > maxSearchIndexBytes(bytes.byteLength)
      const searchCid = isTooLarge ? undefined : await target.datasets.publish(search, { signal })
      searchBytes += isTooLarge ? 0 : search.byteLength
      entries.push({ ...entry, searchCid })
    }
    options.onWeek?.(week + 1)
  }
  const index = encodeIndex(entries)
  const indexCid = await target.datasets.publish(index, { signal })
  const link = signArchiveLink(curve, { clockMs: nowMs, archiveLink: cidText(indexCid) }, key)
  const description = signDescription(curve, sampleDescription(init, nowMs), key)
  const envelopes = [
    ...(await envelopesOf(curve, link, { community: id, atMs: nowMs })),
    ...(await envelopesOf(curve, description, { community: id, atMs: nowMs })),
  ]
  await target.deliver(id, envelopes, { signal })
  const sizes = { archiveBytes, searchBytes, indexBytes: index.byteLength }
  return { community: id, indexCid, archiveCount: entries.length, ...sizes }
}

async function envelopesOf(
  curve: Curve,
  signed: SignedMessage,
  { community, atMs }: { readonly community: CommunityId; readonly atMs: number },
): Promise<Uint8Array[]> {
  return sealEnvelopes(curve, await transportPayload(signed), { community, signer: signed.signer, atMs })
}

function spanOf(init: SampleInit, week: number): { fromSeconds: number; toSeconds: number } {
  return { fromSeconds: weekStartMs(init, week) / 1000, toSeconds: weekStartMs(init, week + 1) / 1000 }
}

function topicsOf(community: CommunityId): readonly Uint8Array[] {
  return [topicOf(universalChatId(community))]
}
