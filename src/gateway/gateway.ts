/**
 * The network as URLs: what `/cid/<cid>` and `/cid/<cid>/<name>` answer, without knowing of service workers.
 *
 *   request ─▶ AskedContent ─▶ 304? ─▶ manifest ─▶ range ─▶ first bytes ─▶ 200 or 206, the rest as it is read
 *   what goes wrong before the first byte ─▶ a page that says what to do (notice-page.ts)
 *
 * Peers chose the bytes, the name and the type: safe-media.ts says as what they may be shown on this origin.
 */
import type { NodeApi } from '../rpc/api.ts'
import type { CallOptions } from '../rpc/call-types.ts'

/** What the gateway asks of a node. */
export type GatewayNode = Pick<NodeApi, 'manifest' | 'stream'>

export interface GatewayParts {
  /** The app’s own address, with the slash at its end. */
  readonly scope: string
  /** The node of now; rejects with `ERR_NODE_UNREACHABLE` where no page runs or reaches one. */
  readonly reach: (options: CallOptions) => Promise<GatewayNode>
  /** Milliseconds of a clock that only goes forward. */
  readonly nowMs: () => number
}
