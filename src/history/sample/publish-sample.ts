/**
 * A sample community is published wherever archives can be stored and its envelopes be left.
 *
 *   weeks ─ sign ─▶ archives ─▶ datasets ─▶ entries ─▶ index ─▶ link ─┐
 *   plan ─▶ description ────────────────────────────────────────────┴▶ envelopes ─▶ whoever serves the community
 *
 * The same seed gives the same archives and the same index, so publishing twice stores nothing twice.
 */
import { type ManifestCid, cidText } from '../../codec/cid.ts'
import {
  type CommunityDescription,
  EMPTY_CATEGORY,
  EMPTY_CHAT,
  EMPTY_DESCRIPTION,
  EMPTY_IDENTITY,
} from '../../codec/history/community-description.ts'
import type { ArchiveEntry } from '../archive/archive-entry.ts'
import { buildArchive, entryOf } from '../archive/build-archive.ts'
import { encodeIndex } from '../archive/read-index.ts'
import { type Curve, type KeyPair, communityIdOf } from '../crypto/secp256k1.ts'
import { topicOf, universalChatId } from '../crypto/topics.ts'
import type { CommunityId } from '../ids.ts'
import { sealEnvelopes } from '../message/envelope.ts'
import { type SignedMessage, signArchiveLink, signDescription, transportPayload } from '../message/sign-message.ts'
import type { AbortOptions, HistoryDatasets } from '../ports.ts'
import type { SampleInit } from './sample-message.ts'
import { samplePlan, weekStartMs } from './sample-plan.ts'
import { sampleWeek } from './sample-week.ts'
import { SampleSigner, sampleKey } from './sign-week.ts'

export interface SampleTarget {
  readonly datasets: Pick<HistoryDatasets, 'publish'>
  /** Takes the envelopes of the description and the archive link to whoever is to serve the community. */
  readonly deliver: (community: CommunityId, envelopes: readonly Uint8Array[], options: AbortOptions) => Promise<void>
  /** The archive of a week, in another way than to make it here: from a cache, or by another process. */
  readonly archiveOf?: ((week: number, options: AbortOptions) => Promise<Uint8Array>) | undefined
}

export interface PublishedSample {
  readonly community: CommunityId
  readonly indexCid: ManifestCid
  readonly archiveCount: number
}

const OPEN_ACCESS = 1
const NOTHING = new Uint8Array()

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
  const { archiveOf = async (week: number) => sampleArchive(curve, init, week) } = target
  const entries: ArchiveEntry[] = []
  for (let week = 0; week < init.weeks; week++) {
    signal?.throwIfAborted()
    const bytes = await archiveOf(week, { signal })
    if (bytes.byteLength > 0) {
      const cid = await target.datasets.publish(bytes, { signal })
      entries.push(entryOf({ ...spanOf(init, week), topics: topicsOf(id), cid }))
    }
    options.onWeek?.(week + 1)
  }
  const indexCid = await target.datasets.publish(encodeIndex(entries), { signal })
  const link = signArchiveLink(curve, { clockMs: nowMs, archiveLink: cidText(indexCid) }, key)
  const description = signDescription(curve, describe(init, nowMs), key)
  const envelopes = [
    ...(await envelopesOf(curve, link, { community: id, atMs: nowMs })),
    ...(await envelopesOf(curve, description, { community: id, atMs: nowMs })),
  ]
  await target.deliver(id, envelopes, { signal })
  return { community: id, indexCid, archiveCount: entries.length }
}

async function envelopesOf(
  curve: Curve,
  signed: SignedMessage,
  { community, atMs }: { readonly community: CommunityId; readonly atMs: number },
): Promise<Uint8Array[]> {
  return sealEnvelopes(curve, await transportPayload(signed), { community, signer: signed.signer, atMs })
}

function describe(init: SampleInit, nowMs: number): CommunityDescription {
  const { name, description, color, categories, channels } = samplePlan(init)
  const identity = { ...EMPTY_IDENTITY, clockMs: init.endMs, displayName: name, description, color }
  return {
    ...EMPTY_DESCRIPTION,
    clockMs: nowMs,
    archiveLinkClockMs: nowMs,
    identity,
    permissions: { isEnsOnly: false, isPrivate: false, access: OPEN_ACCESS, unknownFields: NOTHING },
    categories: new Map(
      categories.map(({ id, name }, position) => [id, { ...EMPTY_CATEGORY, categoryId: id, name, position }]),
    ),
    chats: new Map(
      channels.map(({ uuid, name, description, emoji, categoryId }, position) => {
        const channelIdentity = { ...EMPTY_IDENTITY, clockMs: init.endMs, displayName: name, description, emoji }
        return [uuid, { ...EMPTY_CHAT, identity: channelIdentity, categoryId, position }]
      }),
    ),
  }
}

function spanOf(init: SampleInit, week: number): { fromSeconds: number; toSeconds: number } {
  return { fromSeconds: weekStartMs(init, week) / 1000, toSeconds: weekStartMs(init, week + 1) / 1000 }
}

function topicsOf(community: CommunityId): readonly Uint8Array[] {
  return [topicOf(universalChatId(community))]
}
