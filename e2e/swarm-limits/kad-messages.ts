/**
 * Bytes of Kademlia’s messages as they stand in a stream: protobuf with its length before it.
 *
 * Source: libp2p specs, kad-dht/README.md, “RPC messages”. Every tag takes one byte, and so does a length below 128.
 */
export interface MessageSizes {
  /** A peer’s id as a multihash: 39 for a secp256k1 key, as ours and those of native nodes are. */
  readonly idBytes: number
  /** Addresses of a server, each without the peer’s id. */
  readonly serverAddressBytes: readonly number[]
  /** Addresses of a provider, each with the peer’s id. */
  readonly ownAddressBytes: readonly number[]
}

const TYPE_BYTES = 2
/** The multihash of a CID: SHA-256 with two bytes before it. */
const KEY_BYTES = 34

/** FIND_NODE and GET_PROVIDERS. */
export function requestBytes(): number {
  return delimited(TYPE_BYTES + field(KEY_BYTES))
}

/** ADD_PROVIDER, which has no answer. */
export function recordBytes({ idBytes, ownAddressBytes }: MessageSizes): number {
  return delimited(TYPE_BYTES + field(KEY_BYTES) + peerBytes(idBytes, ownAddressBytes))
}

/** The answer to FIND_NODE. */
export function closerBytes({ idBytes, serverAddressBytes }: MessageSizes, closer: number): number {
  return delimited(TYPE_BYTES + closer * peerBytes(idBytes, serverAddressBytes))
}

/** The answer to GET_PROVIDERS. */
export function providersBytes(
  sizes: MessageSizes,
  { closer, providers }: { closer: number; providers: number },
): number {
  const { idBytes, serverAddressBytes, ownAddressBytes } = sizes
  const peers = closer * peerBytes(idBytes, serverAddressBytes) + providers * peerBytes(idBytes, ownAddressBytes)
  return delimited(TYPE_BYTES + field(KEY_BYTES) + peers)
}

function peerBytes(idBytes: number, addressBytes: readonly number[]): number {
  return field(field(idBytes) + addressBytes.reduce((sum, size) => sum + field(size), 0))
}

function field(sizeBytes: number): number {
  return 1 + delimited(sizeBytes)
}

function delimited(sizeBytes: number): number {
  return lengthBytes(sizeBytes) + sizeBytes
}

/** Of a length, seven bits to a byte. */
function lengthBytes(sizeBytes: number): number {
  return sizeBytes < 2 ** 7 ? 1 : sizeBytes < 2 ** 14 ? 2 : 3
}
