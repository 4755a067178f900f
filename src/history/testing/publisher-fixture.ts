import { decodeArchive, type WakuMessageArchive } from '../../codec/history/archive.ts'
import { parseManifestCid } from '../../codec/cid.ts'
import type { HistoryTable } from '../../store/history-kv.ts'
import { MemoryKv } from '../../store/memory-kv.ts'
import { readIndex } from '../archive/read-index.ts'
import type { AcceptedLink } from '../follow/accept-link.ts'
import type { HistorySignal } from '../follow/signals.ts'
import type { CommunityId } from '../ids.ts'
import { KvEnvelopeLog } from '../publish/kv-envelope-log.ts'
import { Publisher } from '../publish/publisher.ts'
import type { PublisherComponents, PublisherInit } from '../publish/publisher-parts.ts'
import type { PublishState } from '../publish/publish-state.ts'
import { ManualClock } from './manual-clock.ts'
import { MemoryDatasetNetwork, type MemoryDatasets } from './memory-datasets.ts'
import { MemoryHistorySettings } from './memory-history-settings.ts'
import { START_SECONDS, TOPIC } from './waku-messages.ts'

const COMMUNITY = '0x02f08b4e8c99dede7c8953e7774a0770a7301b3a71aabe9d452bf2b5d946dd437c' as CommunityId

/** What of a device stays when its owner closes the page and opens it again. */
export interface OwnerDevice {
  readonly datasets: MemoryDatasets
  readonly settings: MemoryHistorySettings
  readonly log: KvEnvelopeLog
  readonly clock: ManualClock
}

/** An owner’s page. Its links are JSON in place of signed envelopes. */
export interface Owner extends OwnerDevice {
  readonly publisher: Publisher
  readonly announced: { clockMs: number; archiveLink: string }[]
  readonly signals: HistorySignal[]
  readonly states: PublishState[]
  readonly links: AcceptedLink[]
}

export async function ownerDevice(network = new MemoryDatasetNetwork()): Promise<OwnerDevice> {
  const kv = new MemoryKv<HistoryTable>()
  await kv.open()
  return {
    datasets: network.device(),
    settings: new MemoryHistorySettings(),
    log: new KvEnvelopeLog(kv, { community: COMMUNITY, log: 'live' }),
    clock: new ManualClock(START_SECONDS * 1000),
  }
}

export function openOwner(
  device: OwnerDevice,
  {
    partitionDays,
    isSearchPublished,
    community = COMMUNITY,
    ...changes
  }: Partial<PublisherComponents> &
    Partial<Pick<PublisherInit, 'community' | 'partitionDays' | 'isSearchPublished'>> = {},
): Owner {
  const announced: Owner['announced'] = []
  const [signals, states, links]: [HistorySignal[], PublishState[], AcceptedLink[]] = [[], [], []]
  const components: PublisherComponents = {
    ...device,
    signLink: async (link) => new TextEncoder().encode(JSON.stringify(link)),
    announce: async (envelope) => {
      announced.push(JSON.parse(new TextDecoder().decode(envelope)) as { clockMs: number; archiveLink: string })
      return 1
    },
    newestLink: () => undefined,
    unseal: async (bytes) => bytes,
    ...changes,
  }
  const publisher = new Publisher(components, {
    community,
    partitionDays,
    isSearchPublished,
    topics: () => [TOPIC],
    onSignal: (signal) => signals.push(signal),
    onState: (state) => states.push(state),
    onLink: (link) => links.push(link),
  })
  return { ...device, publisher, announced, signals, states, links }
}

export interface PublishedArchive extends WakuMessageArchive {
  readonly id: string
  readonly cid: string
}

/** The archives of the index that was announced last, oldest first. */
export async function publishedArchives({ datasets, announced }: Owner): Promise<PublishedArchive[]> {
  const link = announced.at(-1)?.archiveLink
  if (link === undefined) return []
  const { entries } = readIndex(await datasets.read(parseManifestCid(link)))
  const archives = entries.map(async ({ id, cid }) => ({
    ...decodeArchive(await datasets.read(cid)),
    id,
    cid: cid.toString(),
  }))
  return (await Promise.all(archives)).toReversed()
}
