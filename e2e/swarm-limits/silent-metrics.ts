import type { Metric, MetricGroup, Metrics, MultiaddrConnection, Stream } from '@libp2p/interface'

/** libp2p’s metrics port with nothing behind it: a base for whoever wants to see connections and streams alone. */
export class SilentMetrics implements Metrics {
  trackProtocolStream(_stream: Stream): void {
    // For those who extend this.
  }

  trackMultiaddrConnection(_connection: MultiaddrConnection): void {
    // For those who extend this.
  }

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
