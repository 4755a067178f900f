import type { ErrorView } from '../../rpc/api.ts'

/** Everything of an error that a report needs, as lines of text. */
export function errorReport({ code, message, details, causes }: ErrorView): string {
  const detailLines = Object.entries(details).map(([key, value]) => `${key}: ${String(value)}`)
  return [`${code}: ${message}`, ...detailLines, ...causes.map((cause) => `caused by ${cause}`)].join('\n')
}
