/** Multiaddrs in words: a person knows a host, not the protocols around it. */

const ADDRESS_IN_TEXT = /\/(?:dns[46]?|ip[46])\/\S+/g
const HOST = /^\/(?:dns[46]?|ip[46])\/([^/]+)(?:\/(?:tcp|udp)\/(\d+))?/
/** What is left out of an address in a browser’s own bar, too. */
const USUAL_PORT = '443'

/** “keeper.example.org”, “127.0.0.1:9410”: where a multiaddr begins; the whole where it begins with no host. */
export function hostOf(address: string): string {
  const [, host, port] = HOST.exec(address) ?? []
  if (host === undefined) return address
  const shown = host.includes(':') ? `[${host}]` : host
  return port === undefined || port === USUAL_PORT ? shown : `${shown}:${port}`
}

/** Each multiaddr of a sentence as its host. */
export function withHosts(sentence: string): string {
  return sentence.replace(ADDRESS_IN_TEXT, hostOf)
}

/** How others come to this device by one of its addresses: “WebRTC, introduced by keeper.example.org”. */
export function wordsOfAddress(address: string): string {
  const host = hostOf(address)
  if (address.includes('/p2p-circuit/webrtc')) return `WebRTC, introduced by ${host}`
  return address.includes('/p2p-circuit') ? `Relayed by ${host}` : host
}
