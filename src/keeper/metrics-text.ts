import type { HistoryFigures } from './history/served-communities.ts'
import type { JoinedKeeper } from './joined-keepers.ts'
import type { RelayCounts } from './relay/relay-counters.ts'
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
  /** The other keepers that were named. */
  readonly joined: readonly JoinedKeeper[]
  readonly history: HistoryFigures
}

/** Of a keeper that has not read its communities yet. */
export const NO_HISTORY: HistoryFigures = {
  communities: 0,
  envelopes: 0,
  sizeBytes: 0,
  answered: { link: 0, range: 0, serve: 0, digests: 0 },
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

function families({ uptimeSeconds, peers, reservations, relay, stun, joined, history }: KeeperFigures): Family[] {
  return [
    {
      name: 'quire_relay_bytes_total',
      type: 'counter',
      help: 'Bytes that circuits carried, by who sent them.',
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
    {
      name: 'quire_relay_circuits_refused_total',
      type: 'counter',
      help: 'Requests for circuits that were refused.',
      samples: [['', relay.refusedCircuits]],
    },
    {
      name: 'quire_relay_circuits_cut_total',
      type: 'counter',
      help: 'Circuits that were cut, by the limit that they reached.',
      samples: [
        ['{limit="bytes"}', relay.cutForBytes],
        ['{limit="duration"}', relay.cutForDuration],
      ],
    },
    {
      name: 'quire_relay_waiting',
      type: 'gauge',
      help: 'Directions of circuits that wait for their share of the bandwidth.',
      samples: [['', relay.waiting]],
    },
    {
      name: 'quire_relay_reservations_refused_total',
      type: 'counter',
      help: 'Requests to wait behind the relay that found every place taken.',
      samples: [['', relay.refusedReservations]],
    },
    { name: 'quire_relay_reservations', type: 'gauge', help: 'Reservations held now.', samples: [['', reservations]] },
    { name: 'quire_peers', type: 'gauge', help: 'Peers connected now.', samples: [['', peers]] },
    { name: 'quire_uptime_seconds', type: 'gauge', help: 'Time since the start.', samples: [['', uptimeSeconds]] },
    {
      name: 'quire_joined_keepers',
      type: 'gauge',
      help: 'Other keepers that were named, by whether this one is connected to them.',
      samples: (['connected', 'connecting', 'down'] as const).map((state) => [
        `{state="${state}"}`,
        joined.filter((keeper) => keeper.state === state).length,
      ]),
    },
    ...historyFamilies(history),
    ...(stun === undefined ? [] : [stunFamily(stun)]),
  ]
}

function historyFamilies({ communities, envelopes, sizeBytes, answered }: HistoryFigures): Family[] {
  return [
    { name: 'quire_communities', type: 'gauge', help: 'Communities served now.', samples: [['', communities]] },
    {
      name: 'quire_community_messages',
      type: 'gauge',
      help: 'Messages of communities that are kept, for at most 30 days.',
      samples: [['', envelopes]],
    },
    {
      name: 'quire_community_bytes',
      type: 'gauge',
      help: 'Bytes of those messages.',
      samples: [['', sizeBytes]],
    },
    {
      name: 'quire_community_questions_total',
      type: 'counter',
      help: 'Questions of peers about communities.',
      samples: (['link', 'range', 'serve', 'digests'] as const).map((kind) => [`{kind="${kind}"}`, answered[kind]]),
    },
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
