/**
 * Finds what a keeper’s reservations cost: opens real clients step by step, and reads the keeper’s memory and processor time.
 *
 *   this process ──┬─▶ keeper, alone in its process
 *                  └─▶ processes of clients, CLIENTS_A_PROCESS each
 */
import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { quantile } from '../fixtures/quantile.ts'
import type { FromClients, FromKeeper, KeeperReading, Probe, ToClients, ToKeeper } from './messages.ts'

export interface RelayLoadSetting {
  /** Where the compiled processes are. */
  readonly programs: string
  readonly write: (text: string) => void
}

/** What a number of reservations costs. */
interface Step {
  readonly wanted: number
  readonly held: number
  readonly failed: number
  readonly rssBytes: number
  readonly heapBytes: number
  readonly externalBytes: number
  /** Of one core, while nobody does anything but hold on. */
  readonly idleCpuShare: number
  /** Of the keeper, for each new client. */
  readonly cpuMsPerClient: number
  readonly probe: Probe
}

const CLIENTS_A_PROCESS = 250
const IDLE_MS = 30_000
const PROBES = 20
const MIB = 1024 * 1024

const USAGE = `npm run relay-load -- [--counts 250,500,1000,2000] [--json <file>]

Opens clients behind one keeper’s relay, and prints what their reservations cost it.
`

export async function runRelayLoad(args: readonly string[], setting: RelayLoadSetting): Promise<number> {
  const options = { counts: { type: 'string' }, json: { type: 'string' }, help: { type: 'boolean' } } as const
  const { values } = parseArgs({ args: [...args], options })
  if (values.help === true) {
    setting.write(USAGE)
    return 0
  }
  const counts = (values.counts ?? '250,500,1000,2000').split(',').map(Number)
  const steps = await measure(counts, setting)
  if (values.json !== undefined) await writeFile(values.json, `${JSON.stringify(steps, undefined, 2)}\n`)
  return steps.every(({ held, wanted }) => held === wanted) ? 0 : 1
}

async function measure(counts: readonly number[], { programs, write }: RelayLoadSetting): Promise<Step[]> {
  const dataDir = await mkdtemp(join(tmpdir(), 'quire-relay-load-'))
  const largest = Math.max(...counts)
  // The garbage collector is called before memory is read.
  const keeper = fork(join(programs, 'keeper-process.mjs'), [dataDir, String(largest + PROBES)], {
    execArgv: ['--expose-gc'],
  })
  const clients: ChildProcess[] = []
  const steps: Step[] = []
  try {
    const { address } = await next<Extract<FromKeeper, { kind: 'started' }>>(keeper)
    write(
      '| reservations | memory MiB | of it heap MiB | a reservation KiB | idle CPU % | CPU ms a client | new one ms (p50, p95) | circuit ms (p50, p95) |\n',
    )
    write('| --- | --- | --- | --- | --- | --- | --- | --- |\n')
    const empty = await read(keeper)
    let held = 0
    for (const count of counts) {
      const before = await read(keeper)
      // Not by what the keeper holds: the last one that probed may not have left yet.
      const missing = count - held
      const failed = await openMore(missing, clients, () => fork(join(programs, 'clients-process.mjs'), [address]))
      held += missing - failed
      const opened = await read(keeper)
      await pause(IDLE_MS)
      const idle = await read(keeper)
      const step: Step = {
        wanted: count,
        held: idle.reservations,
        failed,
        rssBytes: idle.rssBytes,
        heapBytes: idle.heapBytes,
        externalBytes: idle.externalBytes,
        idleCpuShare: (idle.cpuMs - opened.cpuMs) / IDLE_MS,
        cpuMsPerClient: (opened.cpuMs - before.cpuMs) / Math.max(1, missing - failed),
        probe: await probe(clients),
      }
      steps.push(step)
      write(row(step, empty))
    }
    return steps
  } finally {
    for (const child of clients) child.kill()
    if (keeper.exitCode === null && keeper.connected) {
      const stop: ToKeeper = { kind: 'stop' }
      const ended = once(keeper, 'exit')
      keeper.send(stop)
      await ended
    }
    await rm(dataDir, { recursive: true, force: true })
  }
}

/** Starts processes one after the other until there are `missing` clients more; gives how many were not let in. */
async function openMore(missing: number, clients: ChildProcess[], start: () => ChildProcess): Promise<number> {
  let failed = 0
  for (let left = missing; left > 0; left -= CLIENTS_A_PROCESS) {
    const child = start()
    clients.push(child)
    const message: ToClients = { kind: 'open', count: Math.min(left, CLIENTS_A_PROCESS) }
    child.send(message)
    failed += (await next<Extract<FromClients, { kind: 'opened' }>>(child)).failed
  }
  return failed
}

async function probe(clients: readonly ChildProcess[]): Promise<Probe> {
  const [child] = clients
  if (child === undefined) return { reserveMs: [], circuitMs: [] }
  const message: ToClients = { kind: 'probe', count: PROBES }
  child.send(message)
  return (await next<Extract<FromClients, { kind: 'probed' }>>(child)).probe
}

async function read(keeper: ChildProcess): Promise<KeeperReading> {
  const message: ToKeeper = { kind: 'read' }
  keeper.send(message)
  return (await next<Extract<FromKeeper, { kind: 'reading' }>>(keeper)).reading
}

/** The next message of a process; each of ours says one thing for each that it is asked. */
async function next<T>(child: ChildProcess): Promise<T> {
  const ended = new AbortController()
  const onExit = (code: number | null): void => ended.abort(new Error(`A process ended with status ${String(code)}.`))
  child.once('exit', onExit)
  try {
    const [message] = (await once(child, 'message', { signal: ended.signal })) as [T]
    return message
  } finally {
    child.off('exit', onExit)
  }
}

function row(step: Step, empty: KeeperReading): string {
  const { probe: times } = step
  const perReservation = (step.rssBytes - empty.rssBytes) / Math.max(1, step.held) / 1024
  const cells = [
    step.held === step.wanted ? String(step.held) : `${step.held} of ${step.wanted}`,
    (step.rssBytes / MIB).toFixed(0),
    (step.heapBytes / MIB).toFixed(0),
    perReservation.toFixed(0),
    (step.idleCpuShare * 100).toFixed(1),
    step.cpuMsPerClient.toFixed(1),
    pair(times.reserveMs),
    pair(times.circuitMs),
  ]
  return `| ${cells.join(' | ')} |\n`
}

function pair(times: readonly number[]): string {
  return times.length === 0 ? '–' : `${quantile(times, 0.5).toFixed(0)}, ${quantile(times, 0.95).toFixed(0)}`
}
