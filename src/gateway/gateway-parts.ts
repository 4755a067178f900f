import type { NodeApi } from '../rpc/api.ts'
import type { CallOptions } from '../rpc/call-types.ts'
import type { PlayerRooms } from './player-rooms.ts'

/** What the gateway asks of a node. */
export type GatewayNode = Pick<NodeApi, 'manifest' | 'stream'>

export interface GatewayParts {
  /** The app’s own address, with the slash at its end. */
  readonly scope: string
  /** The node of now; rejects with `ERR_NODE_UNREACHABLE` where no page runs or reaches one. */
  readonly reach: (options: CallOptions) => Promise<GatewayNode>
  /** What the players of this origin report. */
  readonly rooms: PlayerRooms
  /** How long the first byte may take, in milliseconds: a person before an empty tab waits less long than a player. */
  readonly patienceMs?: { readonly page: number; readonly element: number } | undefined
}
