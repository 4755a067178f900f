import type { BlockExchange } from '../../src/exchange/exchange.ts'
import type { BlockStore } from '../../src/store/block-store.ts'
import { type Ideal, idealOf } from './ideal.ts'
import type { Scenario } from './scenario.ts'
import type { SimulatedNode } from './simulated-network.ts'

/** A node of the swarm and how it fares. */
export interface Member {
  readonly network: SimulatedNode
  readonly exchange: BlockExchange
  readonly store: BlockStore
  readonly isSeeder: boolean
  startedAtMs: number
  doneAtMs: number | undefined
  hasLeft: boolean
}

export interface SwarmResult {
  readonly scenario: Scenario
  readonly ideal: Ideal
  /** Nodes that are whole, and nodes that stayed. */
  readonly doneCount: number
  readonly stayedCount: number
  /** Seconds from a node’s start until it was whole, ascending. */
  readonly seconds: readonly number[]
  readonly medianS: number
  readonly p95S: number
  readonly lastS: number
  /** Of the median to its ideal, and of the last one to that for all. */
  readonly ratio: number
  readonly lastRatio: number
  /** When every block had left the seeders for the first time, seconds; NaN where not all did. */
  readonly spreadS: number
  /** Blocks that were sent and not needed, to those that were. */
  readonly duplicates: number
  readonly timeouts: number
  /** Want lists and presence, to the content that was received. */
  readonly presence: number
  /** Jain’s index of the blocks that each downloading node sent: 1 where all sent the same, 1/n where one sent all. */
  readonly fairness: number
  /** Of all blocks, the part that came from the seeders. */
  readonly seederShare: number
  /** Of what all uplinks could carry until the last node was whole, the part that they carried. */
  readonly uplinkUse: number
  readonly simulatedS: number
}

export interface Run {
  readonly members: readonly Member[]
  /** When each block first came to a node that did not have it at the start. */
  readonly firstCopyAtMs: ReadonlyMap<number, number>
  readonly nowMs: number
}

/** What a finished simulation shows. */
export function measure(scenario: Scenario, { members, firstCopyAtMs, nowMs }: Run): SwarmResult {
  const downloaders = members.filter((member) => !member.isSeeder)
  const stayed = downloaders.filter((member) => !member.hasLeft)
  const seconds = downloaders
    .flatMap(({ doneAtMs, startedAtMs }) => (doneAtMs === undefined ? [] : [(doneAtMs - startedAtMs) / 1000]))
    .sort((a, b) => a - b)
  const sent = (some: readonly Member[]): number => sum(some.map(sentBlocksOf))
  const received = sum(downloaders.map((member) => sum(peersOf(member).map((peer) => peer.receivedBlocks))))
  const controlBytes = sum(members.map((member) => member.network.controlBytes))
  const ideal = idealOf(scenario)
  const medianS = quantile(seconds, 0.5)
  const lastS = quantile(seconds, 1)
  return {
    scenario,
    ideal,
    doneCount: stayed.filter((member) => member.doneAtMs !== undefined).length,
    stayedCount: stayed.length,
    seconds,
    medianS,
    p95S: quantile(seconds, 0.95),
    lastS,
    ratio: medianS / ideal.medianS,
    lastRatio: lastS / ideal.allS,
    spreadS: firstCopyAtMs.size < scenario.blocks ? Number.NaN : Math.max(...firstCopyAtMs.values()) / 1000,
    duplicates: sent(members) / received - 1,
    timeouts: sum(members.map((member) => sum(peersOf(member).map((peer) => peer.timeouts)))),
    presence: controlBytes / (received * scenario.blockBytes),
    fairness: jainIndex(stayed.map(sentBlocksOf)),
    seederShare: sent(members.filter((member) => member.isSeeder)) / sent(members),
    uplinkUse:
      sum(members.map(({ network }) => network.up.sentBytes)) /
      sum(members.map(({ network }) => network.up.mayCarryBytes(nowMs))),
    simulatedS: nowMs / 1000,
  }
}

/** The value below which the part `q` of the ascending values lies; NaN of none. */
function quantile(ascending: readonly number[], q: number): number {
  return ascending[Math.max(0, Math.ceil(q * ascending.length) - 1)] ?? Number.NaN
}

/** (Σx)² ÷ n·Σx². Source: Jain, Chiu, Hawe, “A Quantitative Measure of Fairness”, 1984. */
function jainIndex(values: readonly number[]): number {
  const squares = sum(values.map((value) => value * value))
  return squares === 0 ? 1 : sum(values) ** 2 / (values.length * squares)
}

function sentBlocksOf(member: Member): number {
  return sum(peersOf(member).map((peer) => peer.sentBlocks))
}

function peersOf(member: Member): ReturnType<BlockExchange['report']>['peers'] {
  return member.exchange.report().peers
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0)
}
