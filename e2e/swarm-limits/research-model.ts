/**
 * The model of the network’s own research (“Swarm participant upper bounds of DHT”, 2025), for the discv5 DHT over UDP of
 * that time: what one provider spends, in bytes a second. Kept as a check of our reading, and to compare ours with.
 */
export interface ResearchScenario {
  /** Nodes of the DHT. */
  readonly nodes: number
  /** CIDs that the provider advertises. */
  readonly cids: number
  readonly readvertiseS: number
  /** Providers of each CID. */
  readonly providers: number
}

export interface ResearchCost {
  readonly maintenance: number
  readonly advertising: number
  readonly answering: number
  readonly total: number
}

// A ping and its answer go to one node every 7.5 s; three lookups every 300 s refresh the table.
const PING_BYTES = 15 + 35
const PING_INTERVAL_S = 7.5
const PARALLEL = 3
const FIND_NODE_BYTES = 20 + 4800
const REFRESH_INTERVAL_S = 300
// One lookup, for each doubling of the network; then a record at each of the 16 nodes closest to the key.
const LOOKUP_BYTES = 14_460
const CLOSEST_NODES = 16
const ADD_PROVIDER_BYTES = 234
const GET_PROVIDERS_BYTES = 33
const WEEK_S = 604_800
// An answer names at most this many providers.
const MAX_NAMED_PROVIDERS = 100

export function researchCost({ nodes, cids, readvertiseS, providers }: ResearchScenario): ResearchCost {
  const hops = Math.log2(nodes)
  const maintenance = PING_BYTES / PING_INTERVAL_S + (PARALLEL * hops * FIND_NODE_BYTES) / REFRESH_INTERVAL_S
  const advertising = (cids / readvertiseS) * (LOOKUP_BYTES * hops + CLOSEST_NODES * ADD_PROVIDER_BYTES)
  const named = Math.min(providers, MAX_NAMED_PROVIDERS)
  const answerBytes = 5 * Math.ceil(named / 5) + 300 * named
  const queriesPerS = (providers / WEEK_S) * (0.05 + 0.2 / cids)
  const queryBytes = LOOKUP_BYTES * hops + CLOSEST_NODES * (GET_PROVIDERS_BYTES + answerBytes)
  const answering = ((cids * queriesPerS) / nodes) * queryBytes
  return { maintenance, advertising, answering, total: maintenance + advertising + answering }
}

const HALF_HOUR_S = 30 * 60
const DAY_BUT_TWO_HOURS_S = 22 * 3600

/** As published: totals in KB of 1,024 bytes a second. */
export const RESEARCH_TABLE = (
  [
    [27, 3.5, 0.697, 4.36, 0.87],
    [53, 6.27, 0.76, 7.8, 0.948],
    [105, 11.79, 0.886, 14.68, 1.104],
    [209, 22.84, 1.137, 28.45, 1.417],
    [417, 44.95, 1.639, 55.97, 2.043],
  ] as const
).flatMap(([cids, often, seldom, oftenAmongMany, seldomAmongMany]) => [
  { cids, nodes: 10_000, readvertiseS: HALF_HOUR_S, publishedKiB: often },
  { cids, nodes: 10_000, readvertiseS: DAY_BUT_TWO_HOURS_S, publishedKiB: seldom },
  { cids, nodes: 100_000, readvertiseS: HALF_HOUR_S, publishedKiB: oftenAmongMany },
  { cids, nodes: 100_000, readvertiseS: DAY_BUT_TWO_HOURS_S, publishedKiB: seldomAmongMany },
])
