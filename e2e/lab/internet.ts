/**
 * An internet of namespaces: one router in the middle, a subnet of it for each host and each customer.
 *
 *   keeper ──┐                   ┌── router with NAT ── client (Chromium)
 *   keeper ──┼── “net”, routes ──┼── router ── router ── client
 *   line  ◀─▶┘                   └── client
 *
 * Nothing in it has a way to anything outside of it.
 */
import { layWire, type Namespace } from './namespace.ts'
import type { Namespaces } from './namespaces.ts'

/** A place in the internet where something may be plugged in. */
export interface Subnet {
  readonly ipv4: { readonly gateway: string; readonly own: string }
  readonly ipv6: { readonly gateway: string; readonly own: string; readonly delegated: string }
  /** Of the internet’s router. */
  readonly device: string
}

export interface Host {
  readonly namespace: Namespace
  readonly ipv4: string
  readonly ipv6: string
}

export class Internet {
  readonly router: Namespace
  readonly #namespaces: Namespaces
  /** Told to every device that customers and hosts are plugged into. */
  readonly #onDevice: ((device: string) => Promise<void>)[] = []
  readonly #devices = new Set<string>()
  #subnets = 0

  private constructor(namespaces: Namespaces, router: Namespace) {
    this.#namespaces = namespaces
    this.router = router
  }

  static async build(namespaces: Namespaces): Promise<Internet> {
    const router = await namespaces.add('net')
    await router.routePackets()
    return new Internet(namespaces, router)
  }

  /** A new subnet; addresses look like those of the real internet, as libp2p treats those for documentation as private. */
  newSubnet(): Subnet {
    const n = ++this.#subnets
    return {
      device: `sub${n}`,
      ipv4: { gateway: `50.1.${n}.1`, own: `50.1.${n}.2` },
      ipv6: { gateway: `2a0e:1:${n}::1`, own: `2a0e:1:${n}::2`, delegated: `2a0e:2:${n}::` },
    }
  }

  /** Plugs a namespace into a subnet; it gets the subnet’s own addresses and its default routes. */
  async plugIn(namespace: Namespace, subnet: Subnet, { families }: { families: readonly (4 | 6)[] }): Promise<void> {
    const { ipv4, ipv6, device } = subnet
    const near = [
      ...(families.includes(4) ? [`${ipv4.own}/24`] : []),
      ...(families.includes(6) ? [`${ipv6.own}/64`] : []),
    ]
    await layWire(
      { namespace: this.router, device, addresses: [`${ipv4.gateway}/24`, `${ipv6.gateway}/64`] },
      { namespace, device: 'wan', addresses: near },
    )
    await namespace.configure([
      ...(families.includes(4) ? [`route add default via ${ipv4.gateway}`] : []),
      ...(families.includes(6) ? [`route add ::/0 via ${ipv6.gateway}`] : []),
    ])
    await this.router.configure([`route replace ${ipv6.delegated}/64 via ${ipv6.own}`])
    this.#devices.add(device)
    for (const tell of this.#onDevice) await tell(device)
  }

  async unplug(subnet: Subnet): Promise<void> {
    this.#devices.delete(subnet.device)
    await this.router.configure([`link delete ${subnet.device}`])
  }

  /** A server with an address of each family. */
  async addHost(label: string): Promise<Host> {
    const namespace = await this.#namespaces.add(label)
    const subnet = this.newSubnet()
    await this.plugIn(namespace, subnet, { families: [4, 6] })
    return { namespace, ipv4: subnet.ipv4.own, ipv6: subnet.ipv6.own }
  }

  addNamespace(label: string): Promise<Namespace> {
    return this.#namespaces.add(label)
  }

  removeNamespace(namespace: Namespace): void {
    this.#namespaces.remove(namespace)
  }

  /** Calls back with every device that somebody is plugged into, now and later. */
  async forEachDevice(tell: (device: string) => Promise<void>): Promise<void> {
    this.#onDevice.push(tell)
    for (const device of this.#devices) await tell(device)
  }
}
