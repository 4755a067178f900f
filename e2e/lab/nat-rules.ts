/**
 * What routers do to packets, as rules for `nft`: device “lan” is inside, “wan” outside.
 *
 * Linux keeps a client’s port where it can, so plain source NAT is endpoint-independent in its mapping for one client, and
 * connection tracking lets in only answers: port-restricted.
 */

/**
 * What comes from outside for the router itself is dropped, as home routers do. It is more than manners: an answer to a
 * packet that came too early would leave a trace in connection tracking, and the hole that the client punches a moment
 * later would get another port.
 */
const CLOSED_ROUTER = 'chain itself { type filter hook input priority filter; iifname "wan" drop; }'

/** Who is inside may send; what comes back may come in. */
const ONLY_ANSWERS = `chain through {
  type filter hook forward priority filter; policy drop;
  ct state established,related accept
  iifname "lan" accept
}`

export function portRestricted(): string {
  return router('oifname "wan" masquerade', ONLY_ANSWERS)
}

export function symmetric(): string {
  return router('oifname "wan" masquerade fully-random', ONLY_ANSWERS)
}

/** A port that the client uses is open to everybody, and leads to the client, for two minutes after its last packet. */
export function fullCone(client: string): string {
  return `table inet lab {
    ${CLOSED_ROUTER}
    set open { type inet_service; flags dynamic,timeout; timeout 2m; }
    chain incoming {
      type nat hook prerouting priority dstnat;
      iifname "wan" udp dport @open dnat ip to ${client}
    }
    chain outgoing { type nat hook postrouting priority srcnat; oifname "wan" masquerade; }
    chain through {
      type filter hook forward priority filter; policy drop;
      iifname "lan" meta l4proto udp update @open { udp sport }
      ct state established,related accept
      ct status dnat accept
      iifname "lan" accept
    }
  }`
}

export function udpBlocked(): string {
  const through = ONLY_ANSWERS.replace('ct state', 'meta l4proto udp drop\n  ct state')
  return router('oifname "wan" masquerade', through)
}

/** No translation: a firewall alone. Neighbour discovery must pass, or IPv6 does not work at all. */
export function statefulFirewall(): string {
  return `table inet lab {
    chain itself {
      type filter hook input priority filter;
      meta l4proto ipv6-icmp accept
      iifname "wan" drop
    }
    ${ONLY_ANSWERS}
  }`
}

function router(translation: string, through: string): string {
  return `table inet lab {
    ${CLOSED_ROUTER}
    chain outgoing { type nat hook postrouting priority srcnat; ${translation}; }
    ${through}
  }`
}
