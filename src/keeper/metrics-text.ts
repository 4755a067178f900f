import type { RelayCounts } from './relay-meter.ts'
import type { StunCounts } from './stun-server.ts'

/** What the keeper counts, as shown by /health and /metrics. */
export interface KeeperFigures {
  readonly peerId: string
  readonly uptimeSeconds: number
  /** Peers that are connected. */
  readonly peers: number
  readonly reservations: number
  readonly relay: RelayCounts
  /** Undefined where the keeper runs without a STUN server. */
  readonly stun: StunCounts | undefined
}

interface Family {
  readonly name: string
  readonly type: 'counter' | 'gauge'
  readonly help: string
  readonly samples: readonly (readonly [labels: string, value: number])[]
}

/** The figures in the text format of Prometheus. Source: prometheus.io, “Exposition formats”, version 0.0.4. */
export function metricsText(figures: KeeperFigures): string {
  return families(figures)
    .map(({ name, type, help, samples }) => {
      const lines = samples.map(([labels, value]) => `${name}${labels} ${value}\n`).join('')
      return `# HELP ${name} ${help}\n# TYPE ${name} ${type}\n${lines}`
    })
    .join('')
}

function families({ uptimeSeconds, peers, reservations, relay, stun }: KeeperFigures): Family[] {
  return [
    {
      name: 'quire_relay_bytes_total',
      type: 'counter',
      help: 'Bytes that arrived on relayed circuits, by who sent them (the handshake of the relay included).',
      samples: [
        ['{from="dialer"}', relay.dialerBytes],
        ['{from="listener"}', relay.listenerBytes],
      ],
    },
    {
      name: 'quire_relay_circuits_total',
      type: 'counter',
      help: 'Circuits since the start.',
      samples: [['', relay.circuits]],
    },
    {
      name: 'quire_relay_circuits_open',
      type: 'gauge',
      help: 'Circuits open now.',
      samples: [['', relay.openCircuits]],
    },
    { name: 'quire_relay_reservations', type: 'gauge', help: 'Reservations held now.', samples: [['', reservations]] },
    { name: 'quire_peers', type: 'gauge', help: 'Peers connected now.', samples: [['', peers]] },
    { name: 'quire_uptime_seconds', type: 'gauge', help: 'Time since the start.', samples: [['', uptimeSeconds]] },
    ...(stun === undefined ? [] : [stunFamily(stun)]),
  ]
}

function stunFamily({ answered, refused, unreadable, overLimit }: StunCounts): Family {
  return {
    name: 'quire_stun_questions_total',
    type: 'counter',
    help: 'Datagrams to the STUN server, by what became of them.',
    samples: [
      ['{outcome="answered"}', answered],
      ['{outcome="refused"}', refused],
      ['{outcome="unreadable"}', unreadable],
      ['{outcome="over-limit"}', overLimit],
    ],
  }
}
