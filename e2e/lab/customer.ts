/** A person’s place in the internet: a client namespace behind what its network kind puts before it. */
import type { Internet, Subnet } from './internet.ts'
import { fullCone, portRestricted, statefulFirewall, symmetric, udpBlocked } from './nat-rules.ts'
import { layWire, type Namespace } from './namespace.ts'
import { NETWORK_KINDS, type NetworkName } from './network-kinds.ts'

/** Between a home and its provider’s translator. Source: RFC 6598. */
const CARRIER = '100.64.0.1'
const CARRIER_CUSTOMER = '100.64.0.2'

export class Customer {
  readonly client: Namespace
  readonly #internet: Internet
  readonly #label: string
  readonly #routers: Namespace[] = []
  #subnet: Subnet | undefined
  #kind: NetworkName = 'public'
  /** Each network that it comes to is another: another router, other addresses. */
  #moves = 0

  private constructor(internet: Internet, parts: { label: string; client: Namespace }) {
    this.#internet = internet
    this.#label = parts.label
    this.client = parts.client
  }

  static async connect(internet: Internet, { label, kind }: { label: string; kind: NetworkName }): Promise<Customer> {
    const customer = new Customer(internet, { label, client: await internet.addNamespace(label) })
    await customer.#plugInto(kind)
    return customer
  }

  /** Leaves its network as one leaves Wi-Fi, and is in another one a moment later, with other addresses. */
  async moveTo(kind: NetworkName): Promise<void> {
    await this.#unplug()
    await this.#plugInto(kind)
  }

  /** Ends the client and what runs in it. */
  async disconnect(): Promise<void> {
    await this.#unplug()
    this.#internet.removeNamespace(this.client)
  }

  get #home(): { gateway: string; client: string } {
    return { gateway: `192.168.${this.#moves}.1`, client: `192.168.${this.#moves}.2` }
  }

  async #plugInto(kind: NetworkName): Promise<void> {
    this.#kind = kind
    this.#moves += 1
    const subnet = this.#internet.newSubnet()
    this.#subnet = subnet
    if (kind === 'public') {
      await this.#internet.plugIn(this.client, subnet, { families: NETWORK_KINDS.public.families })
      return
    }
    const outer = await this.#addRouter()
    await this.#internet.plugIn(outer, subnet, NETWORK_KINDS[kind])
    switch (kind) {
      case 'ipv6':
        await outer.filter(statefulFirewall())
        return this.#joinOverIpv6(outer, subnet.ipv6.delegated)
      case 'double':
        return this.#joinTwice(outer)
      case 'cone':
        await outer.filter(fullCone(this.#home.client))
        return this.#joinHome(outer)
      default:
        await outer.filter(kind === 'symmetric' ? symmetric() : kind === 'blocked' ? udpBlocked() : portRestricted())
        return this.#joinHome(outer)
    }
  }

  async #joinHome(router: Namespace): Promise<void> {
    const { gateway, client } = this.#home
    await layWire(
      { namespace: router, device: 'lan', addresses: [`${gateway}/24`] },
      { namespace: this.client, device: 'wan', addresses: [`${client}/24`] },
    )
    await this.client.configure([`route add default via ${gateway}`])
  }

  async #joinTwice(carrier: Namespace): Promise<void> {
    const home = await this.#addRouter()
    await carrier.filter(portRestricted())
    await home.filter(portRestricted())
    await layWire(
      { namespace: carrier, device: 'lan', addresses: [`${CARRIER}/24`] },
      { namespace: home, device: 'wan', addresses: [`${CARRIER_CUSTOMER}/24`] },
    )
    await home.configure([`route add default via ${CARRIER}`])
    await this.#joinHome(home)
  }

  async #joinOverIpv6(router: Namespace, prefix: string): Promise<void> {
    await layWire(
      { namespace: router, device: 'lan', addresses: [`${prefix}1/64`] },
      { namespace: this.client, device: 'wan', addresses: [`${prefix}2/64`] },
    )
    await this.client.configure([`route add ::/0 via ${prefix}1`])
  }

  async #addRouter(): Promise<Namespace> {
    const router = await this.#internet.addNamespace(`${this.#label}-r${this.#moves}${this.#routers.length}`)
    await router.routePackets()
    this.#routers.push(router)
    return router
  }

  async #unplug(): Promise<void> {
    if (this.#subnet !== undefined) await this.#internet.unplug(this.#subnet)
    this.#subnet = undefined
    // A device goes with the one at its other end; that of a namespace that is removed only some time later.
    if (this.#kind !== 'public') await this.client.configure(['link delete wan'])
    for (const router of this.#routers.splice(0)) this.#internet.removeNamespace(router)
  }
}
