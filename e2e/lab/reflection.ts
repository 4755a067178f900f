/** What the instrument that tells kinds of NAT sends: one JSON object a packet. Its questions are those of RFC 5780. */

export const REFLECTOR_PORTS = [3478, 3479] as const

export interface Endpoint {
  readonly address: string
  readonly port: number
}

export interface Question {
  readonly id: number
  /** From where the answer shall come, in place of where it was asked. */
  readonly replyFrom?: Endpoint
}

export interface Reflection {
  readonly id: number
  /** Where the question came from, as the reflector saw it. */
  readonly seen: Endpoint
}
