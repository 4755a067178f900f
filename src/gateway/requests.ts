import type { AppShell } from './app-shell.ts'
import { isContentUrl } from './asked-content.ts'
import type { Gateway } from './gateway.ts'
import type { GatewayParts } from './gateway-parts.ts'
import { NODE_PROBE } from './notice-page.ts'

/** Answers something of the app’s own; undefined for what it does not know. */
export type Answerer = (request: Request) => Promise<Response> | undefined

export interface RequestsParts extends Pick<GatewayParts, 'scope' | 'reach'> {
  readonly gateway: Gateway
  readonly shell: AppShell
  /** Asked first, in turn. */
  readonly others?: readonly Answerer[] | undefined
}

/** Whose a request is: the gateway’s, the shell’s, or (undefined) the network’s. */
export function answerRequest(request: Request, parts: RequestsParts): Promise<Response> | undefined {
  const { scope, reach, gateway, shell } = parts
  if (request.url === scope + NODE_PROBE) return probe(reach)
  if (isContentUrl(new URL(request.url), scope)) return gateway.answer(request)
  for (const answer of parts.others ?? []) {
    const answered = answer(request)
    if (answered !== undefined) return answered
  }
  return shell.answer(request)
}

async function probe(reach: GatewayParts['reach']): Promise<Response> {
  const status = await reach({}).then(
    () => 204,
    () => 503,
  )
  return new Response(null, { status, headers: { 'Cache-Control': 'no-store' } })
}
