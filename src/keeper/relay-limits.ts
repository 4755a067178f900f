/**
 * What the relay allows, and why.
 *
 * The relay exists so that two peers that cannot be dialled find each other: it carries the signalling of browsers, and the
 * content of those who find no direct way (symmetric NATs on both sides, native nodes behind NATs). Whoever runs a keeper
 * pays for every byte twice, so what protects the operator is the rate of all circuits together; the limits of one circuit
 * only end what nobody uses any more, and are told to both its ends.
 */

export interface RelayLimits {
  /** Peers that may wait behind this relay at the same time. */
  readonly maxReservations: number
  /** Bytes through one circuit, both directions together; the circuit is cut at the next byte. */
  readonly circuitBytes: number
  /** Life of one circuit. */
  readonly circuitDurationMs: number
  /** Of all circuits together, both directions; those that want more take turns. */
  readonly bytesPerSecond: number
}

export const DEFAULT_RELAY_LIMITS: RelayLimits = {
  // One for each browser that is open; each costs about 100 KiB here (docs/KEEPER.md has the measurement).
  maxReservations: 1024,
  // One WantBlocks batch is 2 MiB and a little more; the stock 128 KiB (js and nim libp2p) cannot carry one. Most files fit
  // into this; for larger ones a new circuit is made, which takes a quarter of a second in every minute at full rate.
  circuitBytes: 128 * 1024 * 1024,
  // Long enough for a circuit’s bytes at 220 KiB/s; whoever dialled closes it earlier once there is a direct connection.
  circuitDurationMs: 10 * 60 * 1000,
  // 16 Mbit/s in and as much out: a twentieth of what two cores relay, and 5 TB in a month at the very most.
  bytesPerSecond: 2 * 1024 * 1024,
}

/** Clients renew five minutes before the end; who leaves gives its place back at once. */
export const RESERVATION_LIFE_MS = 30 * 60 * 1000

/** Connections of one host in a second: an office behind one address, or every browser behind a reverse proxy. */
const INBOUND_PER_HOST_PER_SECOND = 50
/** Connections in the middle of their handshake; the stock 10 refuses a crowd that comes back after a restart. */
const MAX_PENDING_INBOUND = 128
/** Room for native nodes, other keepers, and dialled holders beside those who wait behind the relay. */
const CONNECTIONS_BESIDE_RESERVATIONS = 256

/** Limits on connections that fit the reservations: whoever has one keeps a connection open. */
export function connectionLimits(limits: RelayLimits): {
  maxConnections: number
  inboundConnectionThreshold: number
  maxIncomingPendingConnections: number
} {
  return {
    maxConnections: limits.maxReservations + CONNECTIONS_BESIDE_RESERVATIONS,
    inboundConnectionThreshold: INBOUND_PER_HOST_PER_SECOND,
    maxIncomingPendingConnections: MAX_PENDING_INBOUND,
  }
}
