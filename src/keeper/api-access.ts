/**
 * Who may use the control API: a program that can read the keeper’s token file.
 *
 * The API shares its port with a web page, so two ways of making a browser call it are shut as well: a request that
 * another site’s page started (its Origin differs), and a name that was pointed at this machine (DNS rebinding).
 */
import type { IncomingMessage } from 'node:http'
import { isAuthorized } from './api-token.ts'
import { isOwnHost, parseRequestHost } from './keeper-addresses.ts'

export type AccessVerdict =
  | { readonly isAllowed: true }
  | { readonly isAllowed: false; readonly status: 401 | 403; readonly reason: string }

export interface AccessRules {
  readonly token: string
  /** Multiaddrs under which the operator announces this keeper; their names are accepted as `Host`. */
  readonly announced: readonly string[]
}

export function checkAccess(request: IncomingMessage, rules: AccessRules): AccessVerdict {
  const host = parseRequestHost(request.headers.host)
  if (host === undefined || !isOwnHost(host, rules.announced)) {
    return refuse(403, 'This keeper does not answer under that host name.')
  }
  if (request.headers.origin !== undefined && !isSameOrigin(request.headers.origin, request.headers.host)) {
    return refuse(403, 'A page of another site may not use this keeper.')
  }
  if (!isAuthorized(request.headers.authorization, rules.token))
    return refuse(401, 'The keeper’s API token is missing or wrong.')
  return { isAllowed: true }
}

function refuse(status: 401 | 403, reason: string): AccessVerdict {
  return { isAllowed: false, status, reason }
}

function isSameOrigin(origin: string, host: string | undefined): boolean {
  return URL.canParse(origin) && new URL(origin).host === host?.toLowerCase()
}
