import { ratesOf, type Scenario } from './scenario.ts'

/** The least times that any way of sharing could reach, seconds; no latency, no lookup, no protocol. */
export interface Ideal {
  /** Until half of the nodes are whole. */
  readonly medianS: number
  /** Until all of them are. */
  readonly allS: number
}

/**
 * What the lines allow. For a file of F, seeders that send u together, nodes that send Σuᵢ and receive dᵢ, and nodes that
 * come at the same time, k of them cannot be whole before
 *
 *   max( F ÷ u         every byte has to leave the seeders once
 *      , F ÷ d⁽ᵏ⁾      the k-th fastest line has to take it in
 *      , kF ÷ (u + Σuᵢ) what k nodes receive, somebody sent, even if those who are not whole only help )
 *
 * With k = n this is the minimum distribution time of Kumar and Ross, “Peer-Assisted File Distribution: The Minimum
 * Distribution Time” (HOTWEB 2006), who also show that fluid sharing reaches it. Nodes that come one after another
 * (`spreadS`) find the file with the earlier ones, so only the first two bounds count, and the first from the
 * start of the swarm on.
 */
export function idealOf(scenario: Scenario): Ideal {
  const { nodes } = scenario
  return { medianS: boundFor(scenario, Math.ceil(nodes / 2)), allS: boundFor(scenario, nodes) }
}

function boundFor(scenario: Scenario, count: number): number {
  const { nodes, seeders, seederUpMbit, spreadS } = scenario
  const rates = Array.from({ length: nodes }, (_, i) => ratesOf(scenario, i))
  const down = rates.map(({ downMbit }) => downMbit).sort((a, b) => b - a)
  const up = rates.reduce((sum, { upMbit }) => sum + upMbit, 0)
  const seedersUp = seeders * seederUpMbit
  const mbit = (scenario.blocks * scenario.blockBytes * 8) / 1e6
  const takenInS = mbit / (down[count - 1] ?? 1)
  if (spreadS > 0) return Math.max(mbit / seedersUp - spreadS * (1 - count / nodes), takenInS)
  return Math.max(mbit / seedersUp, takenInS, (count * mbit) / (seedersUp + up))
}
