import type { Cost } from './cost.ts'

/** What each step costs beside Kademlia’s messages, on the wire of a TCP connection with Noise and Yamux. */
export interface Calibration {
  /** A stream for a request and its answer. */
  readonly exchange: Cost
  /** A stream for a record that is told; nothing is answered. */
  readonly telling: Cost
  /** A ping on a stream of its own, by which a contact is proved before it enters a routing table. */
  readonly ping: Cost
  /** A new connection: handshake, what both sides say of themselves, and the ping that proves it. */
  readonly contact: Cost
  /** 32 bytes there and back on the lasting stream of a heartbeat. */
  readonly heartbeat: Cost
  /** Yamux’s own ping and its answer. */
  readonly keepAlive: Cost
  /** Pings of old contacts, for each time that an answer names a server for which the table has no room. */
  readonly pingsPerStranger: number
}

/** Measured by `npm run swarm-limits -- --measure`; a test among twelve servers keeps them true. */
export const CALIBRATION: Calibration = {
  exchange: { sent: 247, received: 217 },
  telling: { sent: 217, received: 187 },
  ping: { sent: 280, received: 250 },
  contact: { sent: 1340, received: 1326 },
  // Noise adds 18 bytes to what leaves at once, Yamux 12.
  heartbeat: { sent: 62, received: 62 },
  keepAlive: { sent: 30, received: 30 },
  pingsPerStranger: 0,
}
