/** What the processes of the measurement say to each other. */

export type ToKeeper = { readonly kind: 'read' } | { readonly kind: 'stop' }

export type FromKeeper =
  | { readonly kind: 'started'; readonly address: string }
  | { readonly kind: 'reading'; readonly reading: KeeperReading }

export interface KeeperReading {
  readonly reservations: number
  readonly refusedReservations: number
  readonly connectedPeers: number
  /** After a garbage collection. */
  readonly rssBytes: number
  readonly heapBytes: number
  /** Buffers outside the heap. */
  readonly externalBytes: number
  /** User and system, since the start. */
  readonly cpuMs: number
}

export type ToClients =
  /** Open this many more clients, and keep them. */
  | { readonly kind: 'open'; readonly count: number }
  /** Measure with this many clients that go again. */
  | { readonly kind: 'probe'; readonly count: number }

export type FromClients =
  | { readonly kind: 'opened'; readonly held: number; readonly failed: number }
  | { readonly kind: 'probed'; readonly probe: Probe }

export interface Probe {
  /** From a new client’s start to its reservation: connection, identify, handshake of the relay. */
  readonly reserveMs: readonly number[]
  /** From a dial through the relay to a relayed connection. */
  readonly circuitMs: readonly number[]
}
