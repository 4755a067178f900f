/**
 * Counts what the relay carries, through libp2p’s metrics port.
 *
 *   dialler ══ hop stream (inbound) ══▶ keeper ══ stop stream (outbound) ══▶ listener
 *
 * Every byte of a circuit arrives on one of the two streams, so what arrives is all that is counted, once; the few bytes
 * of the relay’s own handshake are in it. Streams are told apart by protocol and direction: the keeper itself may be a
 * client of another relay, which gives it the opposite pair.
 */
import type { Metric, MetricGroup, Metrics, MultiaddrConnection, Stream } from '@libp2p/interface'
import { meter, Traffic } from '../network/traffic.ts'

const HOP_PROTOCOL = '/libp2p/circuit/relay/0.2.0/hop'
const STOP_PROTOCOL = '/libp2p/circuit/relay/0.2.0/stop'

export interface RelayCounts {
  /** Bytes from those who dialled through the relay, in all since the start. */
  readonly dialerBytes: number
  /** Bytes from those who were dialled. */
  readonly listenerBytes: number
  /** Circuits since the start, refused ones included. */
  readonly circuits: number
  readonly openCircuits: number
}

export class RelayMeter implements Metrics {
  readonly #dialers = new Traffic()
  readonly #listeners = new Traffic()
  #circuits = 0
  #openCircuits = 0

  counts(): RelayCounts {
    return {
      dialerBytes: this.#dialers.receivedBytes,
      listenerBytes: this.#listeners.receivedBytes,
      circuits: this.#circuits,
      openCircuits: this.#openCircuits,
    }
  }

  trackProtocolStream(stream: Stream): void {
    if (stream.protocol === HOP_PROTOCOL && stream.direction === 'inbound') meter(stream, this.#dialers)
    if (stream.protocol === STOP_PROTOCOL && stream.direction === 'outbound') this.#trackCircuit(stream)
  }

  trackMultiaddrConnection(_connection: MultiaddrConnection): void {
    // Connections are counted where they are listed, by the keeper.
  }

  // libp2p’s own figures are not kept: these satisfy the port.
  readonly registerMetric = () => SILENT_METRIC
  readonly registerMetricGroup = () => SILENT_GROUP
  readonly registerCounter = () => SILENT_METRIC
  readonly registerCounterGroup = () => SILENT_GROUP
  readonly registerHistogram = () => SILENT_OBSERVER
  readonly registerHistogramGroup = () => SILENT_OBSERVER
  readonly registerSummary = () => SILENT_OBSERVER
  readonly registerSummaryGroup = () => SILENT_OBSERVER
  readonly createTrace = () => undefined

  traceFunction<F>(_name: string, traced: F): F {
    return traced
  }

  #trackCircuit(stream: Stream): void {
    this.#circuits++
    this.#openCircuits++
    meter(stream, this.#listeners)
    stream.addEventListener('close', () => void this.#openCircuits--, { once: true })
  }
}

const ignore = (): void => undefined
const stopTimer = () => ignore
const SILENT_METRIC: Metric = { update: ignore, increment: ignore, decrement: ignore, reset: ignore, timer: stopTimer }
const SILENT_GROUP: MetricGroup = {
  update: ignore,
  increment: ignore,
  decrement: ignore,
  reset: ignore,
  timer: stopTimer,
}
const SILENT_OBSERVER = { observe: ignore, reset: ignore, timer: stopTimer }
