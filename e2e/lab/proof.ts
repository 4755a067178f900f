/** Proves that the networks of the laboratory are what they are called, with an instrument that knows nothing of Quire. */
import { Customer } from './customer.ts'
import type { Host, Internet } from './internet.ts'
import type { RoundTrips } from './round-trip-process.ts'
import { NETWORK_KINDS, type NetworkKind, type NetworkName, type UdpBehaviour } from './network-kinds.ts'

export interface ProofInit {
  /** Where the compiled programs are. */
  readonly programs: string
}

export interface Proof {
  readonly kind: NetworkName
  readonly expected: string
  readonly found: string
}

export class Reflector {
  readonly #host: Host
  readonly #programs: string

  private constructor(host: Host, programs: string) {
    this.#host = host
    this.#programs = programs
  }

  /** On a host of its own with two addresses of each family. */
  static async start(internet: Internet, { programs }: ProofInit): Promise<Reflector> {
    const host = await internet.addHost('reflector')
    const second = secondAddresses(host)
    await host.namespace.configure([
      `address add ${second.ipv4}/24 dev wan`,
      `address add ${second.ipv6}/64 dev wan nodad`,
    ])
    const addresses = [host.ipv4, second.ipv4, host.ipv6, second.ipv6]
    const child = host.namespace.spawn(process.execPath, [`${programs}/reflector-process.mjs`, ...addresses], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    await new Promise<void>((resolve, reject) => {
      child.stdout?.once('data', () => resolve())
      child.once('exit', () => reject(new Error('The reflector ended before it was ready.')))
    })
    return new Reflector(host, programs)
  }

  /** Connects a client of that kind and asks from there. */
  async prove(internet: Internet, kind: NetworkName): Promise<Proof> {
    const customer = await Customer.connect(internet, { label: `probe-${kind}`, kind })
    try {
      const found = []
      for (const [family, addresses] of this.#addresses()) {
        const output = await customer.client.run(process.execPath, [
          `${this.#programs}/probe-process.mjs`,
          ...addresses,
        ])
        // Written by this project’s own program.
        const { udp } = JSON.parse(output) as { udp?: UdpBehaviour }
        found.push(describe(family, udp))
      }
      return { kind, expected: expectationOf(NETWORK_KINDS[kind]), found: found.join('; ') }
    } finally {
      await customer.disconnect()
    }
  }

  /** The way from a public client to the reflector. */
  async roundTrips(internet: Internet): Promise<RoundTrips> {
    const customer = await Customer.connect(internet, { label: 'trips', kind: 'public' })
    try {
      const output = await customer.client.run(process.execPath, [
        `${this.#programs}/round-trip-process.mjs`,
        this.#host.ipv4,
      ])
      // Written by this project’s own program.
      return JSON.parse(output) as RoundTrips
    } finally {
      await customer.disconnect()
    }
  }

  #addresses(): [4 | 6, string[]][] {
    const second = secondAddresses(this.#host)
    return [
      [4, [this.#host.ipv4, second.ipv4]],
      [6, [this.#host.ipv6, second.ipv6]],
    ]
  }
}

function expectationOf({ families, udp, routers }: NetworkKind): string {
  const behaviour = udp === undefined ? undefined : { ...udp, routers }
  return ([4, 6] as const)
    .map((family) => describe(family, families.includes(family) ? behaviour : undefined))
    .join('; ')
}

function describe(family: 4 | 6, udp: UdpBehaviour | undefined): string {
  if (udp === undefined) return `IPv${family}: no UDP`
  return `IPv${family}: mapping ${udp.mapping}, filtering ${udp.filtering}, routers ${udp.routers}`
}

function secondAddresses({ ipv4, ipv6 }: Host): { ipv4: string; ipv6: string } {
  return { ipv4: ipv4.replace(/\.2$/, '.3'), ipv6: ipv6.replace(/::2$/, '::3') }
}
