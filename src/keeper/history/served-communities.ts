/**
 * The keeper as a store node: which communities it serves, and what it answers of them.
 *
 *   “serve” (with something that the community’s key has signed) ──▶ a place ──▶ CommunitySync: topic, 30 days of envelopes
 *   “link”, “range” ──▶ LiveAnswers ──▶ what is kept (LMDB, “history” in the data folder)
 *
 * Named communities have a place for good. The others share `maxCount` places: who was asked for longest ago gives way, but
 * not within a week.
 */
import type { PeerKey } from '../../codec/peer-key.ts'
import { systemClock } from '../../history/clock.ts'
import { contentTopicOf, universalChatId } from '../../history/crypto/topics.ts'
import type { CommunityId } from '../../history/ids.ts'
import { CommunitySync } from '../../history/live/community-sync.ts'
import { KeptEnvelopes } from '../../history/live/kept-envelopes.ts'
import type { KeptLimits, KeptTotals } from '../../history/live/kept-room.ts'
import { LiveAnswers } from '../../history/live/live-answers.ts'
import { LIVE_TABLES } from '../../history/live/live-keys.ts'
import type { LiveSink } from '../../history/live/live-types.ts'
import type { HistoryNetwork, HistoryQuestion } from '../../history/ports.ts'
import { HistoryTransport } from '../../network/history-transport.ts'
import type { QuireNetwork } from '../../network/quire-network.ts'
import { LmdbKv } from '../../store/lmdb-kv.ts'
import type { KeeperLog } from '../log.ts'
import { networkLog } from '../log.ts'
import { CommunityPlaces } from './community-places.ts'
import { openerOf } from './open-without-keys.ts'

export interface ServedCommunitiesComponents {
  /** Started. */
  readonly network: QuireNetwork
  readonly log: KeeperLog
}

export interface ServedCommunitiesInit {
  /** Folder of the database. */
  readonly path: string
  /** Served for good. */
  readonly named: readonly CommunityId[]
  /** Others that may be served. */
  readonly maxCount: number
  /** Of each community. */
  readonly limits?: KeptLimits
}

/** Shown by /metrics. */
export interface HistoryFigures {
  readonly communities: number
  readonly envelopes: number
  readonly sizeBytes: number
  /** Since the start. */
  readonly answered: Readonly<Record<HistoryQuestion['kind'], number>>
}

/** A hundred communities at their limits take 6.4 GB. */
const SERVED_LIMITS: KeptLimits = { maxCount: 50_000, maxBytes: 64 * 1024 * 1024 }
const TOTALS_INTERVAL_MS = 10_000

const NOBODY: LiveSink = {
  onMessages: () => undefined,
  onWaiting: () => undefined,
  onLink: () => undefined,
  onDescription: () => undefined,
  onDelivered: () => undefined,
  onMissingKey: () => undefined,
  onState: () => undefined,
}

export class ServedCommunities {
  readonly #log: KeeperLog
  readonly #network: HistoryNetwork
  readonly #kv: LmdbKv<(typeof LIVE_TABLES)[number]>
  readonly #kept: KeptEnvelopes
  readonly #places: CommunityPlaces
  readonly #answers: LiveAnswers
  readonly #syncs = new Map<CommunityId, CommunitySync>()
  readonly #answered = { link: 0, range: 0, serve: 0, digests: 0 }
  #totals: KeptTotals = { count: 0, sizeBytes: 0 }
  #timer: ReturnType<typeof setInterval> | undefined
  #turn: Promise<unknown> = Promise.resolve()

  constructor({ network, log }: ServedCommunitiesComponents, init: ServedCommunitiesInit) {
    this.#log = log
    const topicOf = (community: string): string => contentTopicOf(universalChatId(community as CommunityId))
    this.#network = new HistoryTransport<CommunityId>({ network, topicOf, log: networkLog(log) })
    this.#kv = new LmdbKv(init.path, { tables: LIVE_TABLES })
    this.#kept = new KeptEnvelopes(this.#kv, init.limits ?? SERVED_LIMITS)
    this.#places = new CommunityPlaces({ kv: this.#kv, nowMs: () => Date.now() }, init)
    this.#answers = new LiveAnswers({
      network: {
        answer: (responder) => this.#network.answer((asked, from) => this.#count(asked.kind, responder(asked, from))),
      },
      kept: this.#kept,
      receiverOf: (community) => this.#syncs.get(community),
      serve: (community, envelopes, from) => this.#serveInTurn(community, envelopes, from),
    })
  }

  /** Errors: `ERR_STORE_FOLDER_UNUSABLE`, `ERR_STORE_IN_USE`. */
  async start(): Promise<void> {
    await this.#kv.open()
    const { served, dropped } = await this.#places.load()
    for (const community of dropped) await this.#kept.remove(community)
    for (const community of served) await this.#begin(community)
    this.#answers.start()
    this.#timer = setInterval(() => void this.#countKept(), TOTALS_INTERVAL_MS)
    this.#timer.unref()
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer)
    this.#answers.stop()
    await this.#turn
    await Promise.all([...this.#syncs.values()].map((sync) => sync.stop()))
    await this.#kv.close()
  }

  /** Whether it has a place: who asks for its link, or what was said of late, is answered. */
  serves(community: CommunityId): boolean {
    return this.#syncs.has(community)
  }

  figures(): HistoryFigures {
    return {
      communities: this.#syncs.size,
      envelopes: this.#totals.count,
      sizeBytes: this.#totals.sizeBytes,
      answered: { ...this.#answered },
    }
  }

  #count<T>(kind: keyof HistoryFigures['answered'], answer: Promise<T>): Promise<T> {
    this.#answered[kind]++
    return answer
  }

  #serveInTurn(community: CommunityId, envelopes: readonly Uint8Array[], from: PeerKey): Promise<boolean> {
    const turn = this.#turn.then(() => this.#serve(community, envelopes, from))
    this.#turn = turn.catch(() => undefined)
    return turn
  }

  async #serve(community: CommunityId, envelopes: readonly Uint8Array[], from: PeerKey): Promise<boolean> {
    const served = this.#syncs.get(community)
    if (served !== undefined) {
      await this.#places.touch(community)
      await served.receive(envelopes)
      return true
    }
    if (!(await isOfCommunity(community, envelopes))) return false
    const place = await this.#places.take(community)
    if (place === undefined) return false
    if (place.givenUp !== undefined) await this.#end(place.givenUp)
    const sync = await this.#begin(community)
    await sync.receive(envelopes)
    this.#log.info({ community, from, gaveWay: place.givenUp }, 'a community is served')
    return true
  }

  async #begin(community: CommunityId): Promise<CommunitySync> {
    const sync = new CommunitySync(
      { network: this.#network, kept: this.#kept, open: openerOf(), sink: NOBODY, clock: systemClock },
      { community },
    )
    this.#syncs.set(community, sync)
    await sync.start()
    return sync
  }

  async #end(community: CommunityId): Promise<void> {
    const sync = this.#syncs.get(community)
    this.#syncs.delete(community)
    await sync?.leave({ isDataRemoved: true })
  }

  async #countKept(): Promise<void> {
    try {
      const all = await Promise.all([...this.#syncs.keys()].map((community) => this.#kept.totals(community)))
      this.#totals = {
        count: all.reduce((sum, { count }) => sum + count, 0),
        sizeBytes: all.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0),
      }
    } catch (error) {
      this.#log.debug({ error }, 'what is kept of communities could not be counted')
    }
  }
}

/** Whether the community’s own key has signed one of them: a place costs more than an id that somebody made up. */
async function isOfCommunity(community: CommunityId, envelopes: readonly Uint8Array[]): Promise<boolean> {
  const open = openerOf()
  for (const envelope of envelopes) {
    const { kind } = await open(community, envelope)
    if (kind === 'link' || kind === 'description') return true
  }
  return false
}
