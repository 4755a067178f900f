/** What a node tells, with its errors as data. */
import type { QuireError } from '../errors.ts'
import type { ErrorView, ImportReportView, NodeEvent, NodeStatus } from './api.ts'
import { viewOfError } from './errors.ts'
import type { ServedEvent, ServedReport, ServedStatus } from './served-node.ts'

export function viewOfEvent(event: ServedEvent): NodeEvent {
  if (event.type === 'status') return { ...event, status: viewOfStatus(event.status) }
  if (event.type === 'backup') return { ...event, backup: viewOfFailed(event.backup) }
  if (event.type !== 'transfer') return event
  const { phase } = event.transfer
  if (phase.state !== 'failed') return { ...event, transfer: { ...event.transfer, phase } }
  return { ...event, transfer: { ...event.transfer, phase: { ...phase, error: viewOfError(phase.error) } } }
}

export function viewOfStatus(status: ServedStatus): NodeStatus {
  const { reachability } = status
  if (reachability.state !== 'no-keeper') return { ...status, reachability }
  return { ...status, reachability: { ...reachability, error: viewOfError(reachability.error) } }
}

export function viewOfReport(report: ServedReport): ImportReportView {
  const { datasets, communities, keys } = report
  return {
    ...viewOfFailed(report),
    datasets: datasets.map(viewOfFailed),
    communities: communities.map(viewOfFailed),
    keys: { ...keys, refused: keys.refused.map(({ what, error }) => ({ what, error: viewOfError(error) })) },
  }
}

function viewOfFailed<T extends { readonly error?: QuireError | undefined }>(
  value: T,
): Omit<T, 'error'> & { readonly error?: ErrorView | undefined } {
  const { error, ...rest } = value
  return error === undefined ? rest : { ...rest, error: viewOfError(error) }
}
