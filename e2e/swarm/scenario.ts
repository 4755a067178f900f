export interface Scenario {
  readonly seed: number
  /** Nodes that download, and nodes that have everything at the start. */
  readonly nodes: number
  readonly seeders: number
  readonly blocks: number
  readonly blockBytes: number
  readonly upMbit: number
  readonly downMbit: number
  readonly seederUpMbit: number
  /** The part of the downloading nodes that has a fifth of these rates. */
  readonly slowPart: number
  readonly leastLatencyMs: number
  readonly mostLatencyMs: number
  /** The part of the 16 KiB pieces that is lost once. */
  readonly loss: number
  /** The part of the downloading nodes that goes for good at a random time of the ideal duration. */
  readonly churn: number
  /** Time in which the nodes come, evenly at random; 0 is a flash crowd. */
  readonly spreadS: number
  /** When the seeders go; 0 for never. */
  readonly seedersLeaveS: number
  readonly lookupPeers: number
  readonly maxConnections: number
  readonly limitS: number
  /** 1: a node is found by others from its first block on; 0: from when it is whole. */
  readonly announceEarly: number
}

/** Nodes of an ordinary home line; 16 MiB in blocks of 64 KiB. */
export const USUAL_SCENARIO: Scenario = {
  seed: 1,
  nodes: 100,
  seeders: 1,
  blocks: 256,
  blockBytes: 65_536,
  upMbit: 10,
  downMbit: 50,
  seederUpMbit: 10,
  slowPart: 0,
  leastLatencyMs: 10,
  mostLatencyMs: 60,
  loss: 0,
  churn: 0,
  spreadS: 0,
  seedersLeaveS: 0,
  lookupPeers: 20,
  maxConnections: 50,
  limitS: 600,
  announceEarly: 1,
}

const SLOW_FACTOR = 5

/** The rates of the downloading node `i`; the slow ones are spread evenly among the others. */
export function ratesOf({ upMbit, downMbit, slowPart }: Scenario, i: number): { upMbit: number; downMbit: number } {
  const isSlow = Math.floor((i + 1) * slowPart) > Math.floor(i * slowPart)
  return isSlow ? { upMbit: upMbit / SLOW_FACTOR, downMbit: downMbit / SLOW_FACTOR } : { upMbit, downMbit }
}
