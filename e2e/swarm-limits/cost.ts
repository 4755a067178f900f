/** Bytes in both directions, of an operation or of each second. */
export interface Cost {
  readonly sent: number
  readonly received: number
}

export function sum(...costs: readonly Cost[]): Cost {
  return costs.reduce((a, b) => ({ sent: a.sent + b.sent, received: a.received + b.received }), {
    sent: 0,
    received: 0,
  })
}

export function times({ sent, received }: Cost, count: number): Cost {
  return { sent: sent * count, received: received * count }
}

/** As the other side sees it. */
export function mirrored({ sent, received }: Cost): Cost {
  return { sent: received, received: sent }
}
