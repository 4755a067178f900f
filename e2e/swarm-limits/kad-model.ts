/**
 * What taking part in the DHT costs a node of ours, in bytes a second, as Quire runs kad-dht 16.4.5.
 *
 *   scenario ──▶ lookups walked in a network of ids: who is asked ──▶ × bytes of each step (measured) ──▶ rates
 *
 * A server pays what a client pays, and answers its share of what all nodes ask: nothing is sent that nobody receives.
 */
import { SOCKET_HEARTBEAT } from '../../src/network/heartbeat.ts'
import { type Calibration, CALIBRATION } from './calibration.ts'
import { type Cost, mirrored, sum, times } from './cost.ts'
import { type Operations, operationsOf } from './operations.ts'
import type { LimitsScenario } from './scenario.ts'

export interface KadCost extends Operations {
  /** Bytes a second, from here on. */
  readonly announcing: Cost
  readonly looking: Cost
  /** Self-queries, heartbeats, Yamux’s keep-alive, and contacts that come in the place of servers that went. */
  readonly upkeep: Cost
  /** Getting to know the servers, and telling of all datasets, at the beginning of each session. */
  readonly joining: Cost
  readonly client: Cost
  /** What a server answers beside. */
  readonly answering: Cost
  readonly server: Cost
  /** Provider records that a server keeps. */
  readonly recordsPerServer: number
  /** Records of holders that left, for each of one that is there. */
  readonly stalePerLive: number
  /** Datasets that a client can announce within `uplinkKiB`. */
  readonly mostDatasets: number
}

// kad-dht’s own `QUERY_SELF_INTERVAL`. It refreshes no buckets: its refresher has no `start`, and so is never started.
const SELF_QUERY_S = 300
// A self-query ends with its twentieth event, and asking a server begins with one.
const SELF_QUERY_REQUESTS = 20
const HEARTBEAT_S = SOCKET_HEARTBEAT.intervalMs / 1000
// Yamux’s default, which Quire leaves as it is.
const KEEP_ALIVE_S = 30
/** A table has room for k servers with each first six bits. */
const PREFIXES = 2 ** 6

export function kadCost(scenario: LimitsScenario, steps: Calibration = CALIBRATION): KadCost {
  const operations = operationsOf(scenario, steps)
  const { provide, lookup, request, contact, shape } = operations
  const { servers, datasets, k, nodesPerServer } = scenario
  const [reprovideS, sessionS] = [scenario.reprovideMin * 60, scenario.sessionH * 3600]
  const known = Math.min(servers, k * PREFIXES)
  const held = Math.min(servers, scenario.heldConnections)
  const announcing = times(provide, datasets / reprovideS)
  const looking = times(lookup, scenario.lookupsPerHour / 3600)
  const upkeep = sum(
    times(request, Math.min(servers, SELF_QUERY_REQUESTS) / SELF_QUERY_S),
    // Each side has a heartbeat and a keep-alive of its own.
    times(steps.heartbeat, (2 * held) / HEARTBEAT_S),
    times(steps.keepAlive, (2 * held) / KEEP_ALIVE_S),
    times(contact, known / (scenario.serverSessionH * 3600)),
  )
  const joining = times(sum(times(contact, known), times(provide, datasets)), 1 / sessionS)
  const client = sum(announcing, looking, upkeep, joining)
  const answering = mirrored(times(client, nodesPerServer))
  const stalePerLive = scenario.recordLifeMin / (scenario.sessionH * 60)
  return {
    ...operations,
    announcing,
    looking,
    upkeep,
    joining,
    client,
    answering,
    server: sum(client, answering),
    recordsPerServer: nodesPerServer * datasets * shape.told * (1 + stalePerLive),
    stalePerLive,
    mostDatasets: Math.floor((scenario.uplinkKiB * 1024) / (provide.sent / reprovideS + provide.sent / sessionS)),
  }
}
