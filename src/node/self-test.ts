/**
 * A test of the connection: its checks run one by one, each with what those before it found.
 *
 *   run ──▶ check ──▶ outcome ──▶ onChange ──▶ next check …      stop: what is left says so
 */
import { isQuireError } from '../errors.ts'
import { within } from '../network/waiting.ts'
import { JoinedRuns } from './joined-runs.ts'

export type CheckName = 'online' | 'webrtc' | 'keeper' | 'reservation' | 'udp' | 'nat' | 'lookup' | 'peers'

/** What a check found; each belongs to one name, and to one of ok, failed or skipped. */
export type CheckFinding =
  | 'online'
  | 'offline'
  | 'webrtc-works'
  | 'no-webrtc'
  | 'webrtc-broken'
  | 'keeper-answers'
  | 'some-keepers-down'
  | 'no-keeper-answers'
  | 'no-keeper-known'
  | 'reserved'
  | 'reachable-itself'
  | 'relay-full'
  | 'relay-refused'
  | 'no-relay'
  | 'udp-passes'
  | 'udp-blocked'
  | 'no-stun-server'
  | 'nat-none'
  | 'nat-cone'
  | 'nat-symmetric'
  | 'nat-unknown'
  | 'lookup-answered'
  | 'lookup-unanswered'
  | 'peers-direct'
  | 'peers-relayed'
  | 'no-peers'
  | 'error'

export interface Outcome {
  readonly state: 'ok' | 'failed' | 'skipped'
  readonly finding: CheckFinding
  readonly counts?: Readonly<Record<string, number>> | undefined
}

export interface CheckResult {
  readonly name: CheckName
  readonly state: 'waiting' | 'running' | 'ok' | 'failed' | 'skipped' | 'stopped'
  readonly finding?: CheckFinding | undefined
  readonly tookMs?: number | undefined
  readonly counts?: Readonly<Record<string, number>> | undefined
  readonly reason?: string | undefined
}

export interface SelfTestResult {
  readonly state: 'running' | 'done' | 'stopped'
  readonly startedAtMs: number
  readonly checks: readonly CheckResult[]
}

/** `isOk` tells whether an earlier check was. Errors count as a failure of the check. */
export interface Check {
  readonly name: CheckName
  readonly run: (signal: AbortSignal, isOk: (name: CheckName) => boolean) => Promise<Outcome>
}

export interface SelfTestInit {
  /** Called with every change. */
  readonly onChange: (result: SelfTestResult) => void
  /** How long one check may take. */
  readonly timeoutMs?: number | undefined
}

/** A dial of a keeper that is down takes ten seconds, all of them fifteen. */
const DEFAULT_TIMEOUT_MS = 20_000

/** The tests of one node: one at a time, which whoever asks meanwhile joins. */
export class SelfTests {
  readonly #checks: readonly Check[]
  readonly #init: SelfTestInit
  readonly #runs = new JoinedRuns<SelfTestResult>()

  constructor(checks: readonly Check[], init: SelfTestInit) {
    this.#checks = checks
    this.#init = init
  }

  /** Rejects with the signal’s reason; the last who waits stops the test. */
  run(signal?: AbortSignal): Promise<SelfTestResult> {
    return this.#runs.join('', (running) => runSelfTest(this.#checks, this.#init, running), signal)
  }
}

/** Rejects with the signal’s reason where it is stopped; `onChange` has told by then how far it came. */
export async function runSelfTest(
  checks: readonly Check[],
  { onChange, timeoutMs = DEFAULT_TIMEOUT_MS }: SelfTestInit,
  signal: AbortSignal,
): Promise<SelfTestResult> {
  let result: SelfTestResult = {
    state: 'running',
    startedAtMs: Date.now(),
    checks: checks.map(({ name }) => ({ name, state: 'waiting' })),
  }
  const become = (next: Partial<SelfTestResult>): void => onChange((result = { ...result, ...next }))
  const enter = (at: number, entry: CheckResult): void => become({ checks: result.checks.with(at, entry) })
  const isOk = (name: CheckName): boolean => result.checks.some((check) => check.name === name && check.state === 'ok')
  for (const [at, check] of checks.entries()) {
    enter(at, { name: check.name, state: 'running' })
    const entry = await resultOf(check, isOk, { signal, timeoutMs })
    if (signal.aborted) {
      become({ state: 'stopped', checks: result.checks.map(stopped) })
      throw signal.reason
    }
    enter(at, entry)
  }
  become({ state: 'done' })
  return result
}

async function resultOf(
  check: Check,
  isOk: (name: CheckName) => boolean,
  { signal, timeoutMs }: { signal: AbortSignal; timeoutMs: number },
): Promise<CheckResult> {
  const startedAtMs = performance.now()
  const { name } = check
  const tookMs = (): number => Math.round(performance.now() - startedAtMs)
  const limited = within(timeoutMs, signal)
  try {
    const outcome = await settled(check.run(limited, isOk), limited)
    return { name, ...outcome, tookMs: tookMs() }
  } catch (error) {
    const reason = isQuireError(error)
      ? error.message
      : 'It did not come to an end in time, or failed for another reason.'
    return { name, state: 'failed', finding: 'error', reason, tookMs: tookMs() }
  }
}

/** A check that does not listen to its signal is left behind. */
function settled<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const onAbort = (): void => reject(signal.reason)
    if (signal.aborted) onAbort()
    signal.addEventListener('abort', onAbort, { once: true })
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort))
  })
}

function stopped(check: CheckResult): CheckResult {
  const isLeft = check.state === 'waiting' || check.state === 'running'
  return isLeft ? { name: check.name, state: 'stopped' } : check
}
