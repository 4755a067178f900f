import { type ChildProcess, spawn, type SpawnOptions } from 'node:child_process'
import { runCommand } from './system-command.ts'

/** One end of a wire between two namespaces. */
export interface WireEnd {
  readonly namespace: Namespace
  /** Name of the device, at most 15 characters. */
  readonly device: string
  /** With the length of the prefix: “192.168.1.1/24”. */
  readonly addresses: readonly string[]
}

/** A network stack of its own: devices, addresses, routes, packet filter, and the programs that run in it. */
export class Namespace {
  readonly name: string

  constructor(name: string) {
    this.name = name
  }

  /** Lines as `ip` takes them: “link set lo up”; the family matters for those without an address. */
  async configure(lines: readonly string[], { family }: { family?: 4 | 6 } = {}): Promise<void> {
    const options = ['-n', this.name, ...(family === undefined ? [] : [`-${family}`])]
    await runCommand('ip', [...options, '-batch', '-'], { input: `${lines.join('\n')}\n` })
  }

  async set(values: Readonly<Record<string, string | number>>): Promise<void> {
    const settings = Object.entries(values).map(([key, value]) => `${key}=${value}`)
    await this.run('sysctl', ['-q', '-w', ...settings])
  }

  /** Takes the place of the whole packet filter. */
  async filter(rules: string): Promise<void> {
    await this.run('nft', ['-f', '-'], `flush ruleset\n${rules}\n`)
  }

  async routePackets(): Promise<void> {
    await this.set({ 'net.ipv4.ip_forward': 1, 'net.ipv6.conf.all.forwarding': 1 })
  }

  /** Runs a program in it to its end; resolves with what it wrote. */
  run(program: string, args: readonly string[], input = ''): Promise<string> {
    return runCommand('ip', this.commandLine(program, args), { input })
  }

  spawn(program: string, args: readonly string[], options: SpawnOptions): ChildProcess {
    return spawn('ip', this.commandLine(program, args), options)
  }

  /** For `ip`. */
  commandLine(program: string, args: readonly string[]): string[] {
    return ['netns', 'exec', this.name, program, ...args]
  }
}

/** Joins two namespaces; both ends are up. */
export async function layWire(a: WireEnd, b: WireEnd): Promise<void> {
  const ends = [`${a.device} netns ${a.namespace.name}`, `${b.device} netns ${b.namespace.name}`]
  await runCommand('ip', `link add ${ends[0]} type veth peer name ${ends[1]}`.split(' '))
  for (const { namespace, device, addresses } of [a, b]) {
    await namespace.configure([
      ...addresses.map((address) => `address add ${address} dev ${device}${address.includes(':') ? ' nodad' : ''}`),
      `link set ${device} up`,
    ])
  }
}
