/**
 * What the relay allows, and why.
 *
 * The relay exists so that two peers that cannot be dialled find each other: it carries the WebRTC signalling of
 * browsers, and a little content for those who find no direct way (native nodes behind NATs). It is no content network:
 * whoever runs a keeper pays for every byte twice.
 */
import type { CircuitRelayServerInit } from '@libp2p/circuit-relay-v2'

export interface RelayLimits {
  /** Peers that may wait behind this relay at the same time. */
  readonly maxReservations: number
  /** Bytes through one circuit, both directions together; the circuit is cut at the next byte. */
  readonly circuitBytes: number
  /** Life of one circuit. */
  readonly circuitDurationMs: number
}

export const DEFAULT_RELAY_LIMITS: RelayLimits = {
  // One for each browser that is open; costs a connection (about 50 KiB of buffers) and a record here.
  maxReservations: 512,
  // One WantBlocks batch is 32 blocks of 64 KiB, 2 MiB, with proofs and framing a little more; the stock 128 KiB (js and
  // nim libp2p) cannot carry one. Signalling takes about 10 KiB. Twice a batch, so a manifest and a retry fit as well.
  circuitBytes: 4 * 1024 * 1024,
  // Signalling is over within seconds; a batch at 64 KiB/s takes half a minute. A circuit stays open beside the direct
  // connection that it led to, so a longer life only keeps dead weight.
  circuitDurationMs: 2 * 60 * 1000,
}

// A reservation outlives its peer’s connection until it expires: the stock two hours would let passing visitors fill the
// table. Clients renew five minutes before the end and never more often than each half minute.
const RESERVATION_TTL_MS = 30 * 60 * 1000

/** Connections of one host in a second: an office behind one address, or every browser behind a reverse proxy. */
const INBOUND_PER_HOST_PER_SECOND = 50
/** Connections in the middle of their handshake; the stock 10 refuses a crowd that comes back after a restart. */
const MAX_PENDING_INBOUND = 128
/** Room for native nodes, other keepers, and dialled holders beside those who wait behind the relay. */
const CONNECTIONS_BESIDE_RESERVATIONS = 256

export function relayServerInit(limits: RelayLimits): CircuitRelayServerInit {
  return {
    reservations: {
      maxReservations: limits.maxReservations,
      reservationTtl: RESERVATION_TTL_MS,
      applyDefaultLimit: true,
      defaultDataLimit: BigInt(limits.circuitBytes),
      // The server reads milliseconds here, and sends the number to clients, who read seconds (js-libp2p 4.2.13); the
      // server’s reading is the one that cuts.
      defaultDurationLimit: limits.circuitDurationMs,
    },
  }
}

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
