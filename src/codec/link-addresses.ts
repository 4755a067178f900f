/** The addresses of a link’s `maddrs`: where holders were when it was made. */

/** Enough for every way to reach one device; a link stays short enough for a QR code. */
export const MAX_LINK_ADDRESSES = 8
export const MAX_ADDRESS_CHARACTERS = 512

/** Those that can be multiaddrs, each once, at most 8. */
function keepAddresses(addresses: readonly string[]): string[] {
  const kept = addresses.filter((address) => address.length <= MAX_ADDRESS_CHARACTERS && ADDRESS_SHAPE.test(address))
  return [...new Set(kept)].slice(0, MAX_LINK_ADDRESSES)
}

/** Printable ASCII from a “/” on; a comma would end the address. */
const ADDRESS_SHAPE = /^\/[\u0021-\u002b\u002d-\u007e]+$/u

/** The addresses of a query, percent-decoded; those that cannot be multiaddrs are dropped. */
export function readAddresses(query: string): string[] {
  const lists = query
    .split('&')
    .filter((part) => part.startsWith('maddrs='))
    .map((part) => part.slice('maddrs='.length))
  const pieces = lists.flatMap((list) => list.split(/,|%2c/iu))
  return keepAddresses(pieces.flatMap((piece) => decodePercent(piece) ?? []))
}

/** `maddrs=…`, or nothing where there are none. */
export function writeAddresses(addresses: readonly string[]): string {
  const kept = keepAddresses(addresses).map(encodeAddress)
  return kept.length === 0 ? '' : `maddrs=${kept.join(',')}`
}

/** “/” and “:” may stand in a fragment as they are, which keeps the link readable and its QR code small. */
function encodeAddress(address: string): string {
  return encodeURIComponent(address).replaceAll('%2F', '/').replaceAll('%3A', ':')
}

export function decodePercent(text: string): string | undefined {
  try {
    return decodeURIComponent(text)
  } catch {
    // Broken encoding in a pasted text is nothing to report: the piece is not used.
    return undefined
  }
}

export function splitOnce(text: string, separator: string): [string, string] {
  const at = text.indexOf(separator)
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + separator.length)]
}
