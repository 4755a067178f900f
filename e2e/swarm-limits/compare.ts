/** What was measured beside what the model says of the same network. */
import { median } from '../fixtures/quantile.ts'
import { type Measured, type NetworkMeasured, SMALL_TABLES } from './measure.ts'
import { type Calibration, CALIBRATION } from './calibration.ts'
import type { Cost } from './cost.ts'
import { operationsOf } from './operations.ts'
import { lookupShape } from './lookup-shape.ts'
import { type LimitsScenario, USUAL_LIMITS } from './scenario.ts'

export interface Comparison {
  readonly servers: number
  readonly step: string
  readonly measured: Step
  readonly modelled: Step
  /** The measured bytes of both directions to the modelled ones, less one. */
  readonly offBy: number
}

interface Step extends Cost {
  /** Streams of Kademlia. */
  readonly messages: number
  /** What was in them, both ways. */
  readonly messageBytes: number
}

/** The network of `LabNetwork` as a scenario: one address for each node, `/ip4/127.0.0.1/tcp/<port>`. */
function labScenario(servers: number): LimitsScenario {
  return {
    ...USUAL_LIMITS,
    servers,
    providers: 0,
    heldConnections: servers,
    serverAddresses: 1,
    serverAddressBytes: 8,
    ownAddresses: 1,
    // With `/p2p/<own>`.
    ownAddressBytes: 50,
  }
}

const NONE = { sent: 0, received: 0 }
const NOTHING_BUT_MESSAGES: Calibration = {
  exchange: NONE,
  telling: NONE,
  ping: NONE,
  contact: NONE,
  heartbeat: NONE,
  keepAlive: NONE,
  pingsPerStranger: 0,
}

export function compare(measured: NetworkMeasured): Comparison[] {
  const { servers, contact, ping, provide, lookup } = measured
  const operations = operationsOf(labScenario(servers))
  const bare = operationsOf(labScenario(servers), NOTHING_BUT_MESSAGES)
  const { asked, told } = operations.shape
  const steps: readonly (readonly [string, Step, Step])[] = [
    ['contact', stepOf([contact]), { ...CALIBRATION.contact, messages: 0, messageBytes: 0 }],
    ['ping', stepOf([ping]), { ...CALIBRATION.ping, messages: 0, messageBytes: 0 }],
    [
      'provide',
      stepOf(provide),
      { ...operations.provide, messages: asked + told, messageBytes: bothWays(bare.provide) },
    ],
    ['lookup', stepOf(lookup), { ...operations.lookup, messages: asked, messageBytes: bothWays(bare.lookup) }],
  ]
  return steps.map(([step, found, modelled]) => {
    const offBy = bothWays(found) / bothWays(modelled) - 1
    return { servers, step, measured: found, modelled, offBy }
  })
}

function bothWays({ sent, received }: Cost): number {
  return sent + received
}

function stepOf(rounds: readonly Measured[]): Step {
  return {
    messages: median(rounds.map(({ messages }) => messages)),
    messageBytes: median(rounds.map(({ messageBytes }) => messageBytes)),
    sent: median(rounds.map(({ sentBytes }) => sentBytes)),
    received: median(rounds.map(({ receivedBytes }) => receivedBytes)),
  }
}

/** Lookups in a network whose tables have no room for all, beside those walked in ids. */
export interface HopsComparison {
  readonly servers: number
  readonly measuredAsked: number
  readonly walkedAsked: number
  /** Of the mean of the measured ones. */
  readonly standardError: number
  /** Pings of old contacts for each time that an answer names a server for which there is no room. */
  readonly pingsPerStranger: number
}

export function compareHops(servers: number, lookups: readonly Measured[]): HopsComparison {
  const { k, alpha, paths, prefixLength } = SMALL_TABLES
  const walked = lookupShape({ servers, k, alpha, paths, prefixLength, native: 0, seed: 1 })
  const asked = lookups.map(({ messages }) => messages)
  const pings = mean(lookups.map((lookup) => lookup.pings))
  return {
    servers,
    measuredAsked: mean(asked),
    walkedAsked: walked.asked,
    standardError: Math.sqrt(mean(asked.map((count) => (count - mean(asked)) ** 2)) / asked.length),
    pingsPerStranger: pings / walked.strangers,
  }
}

function mean(values: readonly number[]): number {
  return values.reduce((all, value) => all + value, 0) / values.length
}
