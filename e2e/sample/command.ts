import '../../src/node/promise-with-resolvers.ts'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { dataDirOf } from '../../src/cli/data-dir.ts'
import { encodeCommunityLink } from '../../src/codec/community-link.ts'
import { WEEK_MS } from '../../src/history/clock.ts'
import { loadSecp256k1 } from '../../src/history/crypto/secp256k1.ts'
import { publishSample } from '../../src/history/sample/publish-sample.ts'
import type { SampleInit } from '../../src/history/sample/sample-message.ts'
import { samplePlan } from '../../src/history/sample/sample-plan.ts'
import { KeeperClient } from '../../src/keeper/keeper-client.ts'
import { readRunningNote } from '../../src/keeper/running-note.ts'
import { type KeeperPlace, keeperAddresses, keeperTarget } from './keeper-target.ts'
import { WeekMakers } from './week-makers.ts'

const WAIT_STEP_MS = 250

const USAGE = `npm run sample-community -- [options]
  Makes a community of realistic size, publishes it through a keeper and prints its link; the keeper’s page offers it to
  those who follow no community.

  --seed quire           another seed makes another community
  --messages 100000      to read, with reactions, edits and pins on top; 1,000,000 takes some minutes the first time
  --weeks 104            one archive each
  --channels 24
  --persons 400          who wrote them
  --keeper <url>         like http://localhost:9410, with --token; by default the one that runs on this machine
  --token <token>        its API token (its file “api-token”)
  --data-dir <folder>    of the keeper on this machine
  --wait <seconds>       for a keeper that is being started
`
const OPTIONS = {
  seed: { type: 'string', default: 'quire' },
  messages: { type: 'string', default: '100000' },
  weeks: { type: 'string', default: '104' },
  channels: { type: 'string', default: '24' },
  persons: { type: 'string', default: '400' },
  keeper: { type: 'string' },
  token: { type: 'string' },
  'data-dir': { type: 'string' },
  wait: { type: 'string', default: '0' },
  help: { type: 'boolean' },
} as const

interface CommandInit {
  /** Where archives are kept for the next time. */
  readonly cacheDir: string
  readonly write: (text: string) => void
  readonly signal: AbortSignal
}

/** Publishes a sample community and resolves with the exit status. */
export async function runSample(args: readonly string[], { cacheDir, write, signal }: CommandInit): Promise<number> {
  const { values } = parseArgs({ args: [...args], options: OPTIONS })
  if (values.help === true) {
    write(USAGE)
    return 0
  }
  const init: SampleInit = {
    seed: values.seed,
    messages: count('messages', values.messages, 10_000_000),
    weeks: count('weeks', values.weeks, 1000),
    channels: count('channels', values.channels, 500),
    persons: count('persons', values.persons, 100_000),
    // A week has the same archive until the next one begins.
    endMs: Math.floor(Date.now() / WEEK_MS) * WEEK_MS,
  }
  const place = await keeperPlace(values, { waitMs: 1000 * Number(values.wait), signal })
  write(`Making a community of ${init.messages.toLocaleString('en-GB')} messages in ${init.weeks} weeks…\n`)
  const makers = new WeekMakers(init, { cacheDir: join(cacheDir, 'sample') })
  try {
    const curve = await loadSecp256k1()
    const target = { ...keeperTarget(place), ...makers.asTarget() }
    const onWeek = (done: number): void => {
      if (done % 10 === 0 || done === init.weeks) write(`${done} of ${init.weeks} weeks are at the keeper.\n`)
    }
    const { community, indexCid, archiveCount } = await publishSample({ curve, target }, init, {
      nowMs: Date.now(),
      signal,
      onWeek,
    })
    const { messages, weeks } = init
    const { name } = samplePlan(init)
    await new KeeperClient(place).offerSample({ community, indexCid, name, messages, weeks }, { signal })
    const addresses = await keeperAddresses(place.url)
    write(`Published ${archiveCount} archives. Open:\n\n${encodeCommunityLink(place.url, { community, addresses })}\n`)
    return 0
  } finally {
    await makers.stop()
  }
}

async function keeperPlace(
  values: { readonly keeper?: string; readonly token?: string; readonly 'data-dir'?: string },
  { waitMs, signal }: { readonly waitMs: number; readonly signal: AbortSignal },
): Promise<KeeperPlace> {
  const { keeper, token } = values
  if (keeper !== undefined) {
    if (token === undefined) throw new TypeError('A keeper that is named with --keeper needs its --token.')
    return { url: keeper, token }
  }
  const dataDir = dataDirOf(values['data-dir'] ?? process.env['QUIRE_DATA_DIR'], process.env)
  for (const endMs = Date.now() + waitMs; ;) {
    const note = await readRunningNote(dataDir)
    if (note !== undefined) return note
    if (Date.now() >= endMs)
      throw new TypeError(`No keeper runs with the data folder ${dataDir}: run “npm start” first.`)
    await sleep(WAIT_STEP_MS, undefined, { signal })
  }
}

function count(name: string, text: string, most: number): number {
  const value = Number(text)
  if (Number.isInteger(value) && value >= 1 && value <= most) return value
  throw new TypeError(`--${name} is a whole number from 1 to ${most}.`)
}
