// First: libp2p needs Promise.withResolvers, which Node 20 lacks.
import '../../src/node/promise-with-resolvers.ts'
import { writeFile } from 'node:fs/promises'
import { parseArgs } from 'node:util'
import { combinationsOf, numberOptions, numberUsage } from '../swarm/number-options.ts'
import { compare, compareHops } from './compare.ts'
import { kadCost } from './kad-model.ts'
import { LabNetwork, type LabNetworkInit } from './lab-network.ts'
import { measureHops, measureNetwork, SMALL_KAD } from './measure.ts'
import { writePlots } from './plots.ts'
import { USUAL_LIMITS } from './scenario.ts'
import { comparisonTable, costHead, costRow, hopsTable, type LimitsResult, researchTable } from './tables.ts'

type Write = (text: string) => void

const OTHERS = {
  research: { type: 'boolean' },
  measure: { type: 'boolean' },
  'measured-servers': { type: 'string' },
  json: { type: 'string' },
  plots: { type: 'string' },
  help: { type: 'boolean' },
} as const

const MEASURED_SERVERS = 100
const ROUNDS = 5
const SMALL_SERVERS = 60
const HOP_ROUNDS = 20

/** Does what the arguments ask for, writes tables and files, and resolves with the exit status. */
export async function runSwarmLimits(args: readonly string[], write: Write): Promise<number> {
  const { values } = parseArgs({ args: [...args], options: { ...numberOptions(USUAL_LIMITS), ...OTHERS } })
  if (values.help === true) {
    write(usage())
    return 0
  }
  const answer = await answerOf(values, write)
  if (typeof values.json === 'string') await writeFile(values.json, `${JSON.stringify(answer, undefined, 2)}\n`)
  return 0
}

async function answerOf(values: Readonly<Record<string, unknown>>, write: Write): Promise<unknown> {
  if (values['research'] === true) {
    write(researchTable())
    return undefined
  }
  if (values['measure'] === true)
    return measureAndCompare(Number(values['measured-servers'] ?? MEASURED_SERVERS), write)
  const results: LimitsResult[] = []
  write(costHead())
  for (const scenario of combinationsOf(USUAL_LIMITS, values)) {
    const result = { scenario, cost: kadCost(scenario) }
    write(costRow(result))
    results.push(result)
  }
  if (typeof values['plots'] === 'string') await writePlots(values['plots'], results)
  return results
}

async function measureAndCompare(servers: number, write: Write): Promise<unknown> {
  if (!(Number.isInteger(servers) && servers >= 2))
    throw new TypeError('--measured-servers takes a number of at least 2.')
  const log = (text: string): void => write(`${text}\n`)
  const measured = await inNetwork({ servers, log }, (network) => measureNetwork(network, { rounds: ROUNDS }))
  const comparisons = compare(measured)
  write(`\n${comparisonTable(comparisons)}\n`)
  const small = { servers: SMALL_SERVERS, kad: SMALL_KAD, log }
  const hops = compareHops(
    SMALL_SERVERS,
    await inNetwork(small, (network) => measureHops(network, { rounds: HOP_ROUNDS })),
  )
  write(`\n${hopsTable(hops)}\n`)
  return { measured, comparisons, hops }
}

async function inNetwork<T>(init: LabNetworkInit, act: (network: LabNetwork) => Promise<T>): Promise<T> {
  const network = new LabNetwork(init)
  try {
    await network.start()
    return await act(network)
  } finally {
    await network.stop()
  }
}

function usage(): string {
  return [
    'npm run swarm-limits -- [options]; a list such as 100,1000 takes each, several lists every combination.',
    ...numberUsage(USUAL_LIMITS),
    '  --research             the table of the network’s research, and its model as we read it',
    `  --measure              counts bytes in a network of ${MEASURED_SERVERS} servers in this process, beside the model`,
    '  --measured-servers <n> other than that',
    '  --json <file>          every number',
    '  --plots <dir>          the line up and the most datasets, as SVG',
    '',
  ].join('\n')
}
