/**
 * Network namespaces of one run, which go with it, however it ends.
 *
 *   open ── removes what runs that are gone left behind ──▶ add, remove ──▶ removeAllNow (exit, Ctrl-C, a throw)
 */
import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { Namespace } from './namespace.ts'
import { runCommand } from './system-command.ts'

/** The process id follows, so that a run tells its own from those of another that runs now. */
const PREFIX = 'quirelab'

export class Namespaces {
  readonly #names = new Set<string>()
  readonly #onExit = (): void => this.removeAllNow()

  /** Needs root. */
  static open(): Namespaces {
    for (const name of listed()) if (isLeftBehind(name)) removeNow(name)
    const namespaces = new Namespaces()
    process.on('exit', namespaces.#onExit)
    return namespaces
  }

  async add(label: string): Promise<Namespace> {
    const name = `${PREFIX}-${process.pid}-${label}`
    await runCommand('ip', ['netns', 'add', name])
    this.#names.add(name)
    const namespace = new Namespace(name)
    // Duplicate addresses are looked for during a second in which an IPv6 address cannot be used; here are none.
    await namespace.set({ 'net.ipv6.conf.all.accept_dad': 0, 'net.ipv6.conf.default.accept_dad': 0 })
    await namespace.configure(['link set lo up'])
    return namespace
  }

  /** Ends what runs in it, too. */
  remove(namespace: Namespace): void {
    if (this.#names.delete(namespace.name)) removeNow(namespace.name)
  }

  /** Without waiting for anything, as a process that exits cannot. */
  removeAllNow(): void {
    process.off('exit', this.#onExit)
    for (const name of this.#names) removeNow(name)
    this.#names.clear()
  }
}

function listed(): string[] {
  const lines = execFileSync('ip', ['netns', 'list'], { encoding: 'utf8' }).split('\n')
  return lines.map((line) => line.split(' ')[0] ?? '').filter((name) => name.startsWith(`${PREFIX}-`))
}

function isLeftBehind(name: string): boolean {
  return !existsSync(`/proc/${name.split('-')[1] ?? ''}`)
}

function removeNow(name: string): void {
  try {
    const pids = execFileSync('ip', ['netns', 'pids', name], { encoding: 'utf8' })
    for (const pid of pids.split('\n').filter((line) => line !== '')) kill(Number(pid))
    execFileSync('ip', ['netns', 'delete', name], { stdio: 'ignore' })
  } catch {
    // It is gone already; what else can go wrong here is seen by the next run, which tries again.
  }
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch {
    // It has ended meanwhile.
  }
}
