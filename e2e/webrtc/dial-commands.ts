/** What the dial test asks of the worker of a page, and what it answers. */
export type DialCommand =
  /** Starts libp2p with a reservation at `relay`; answers with its own dialable address. */
  | { readonly type: 'start'; readonly relay: string }
  /** Dials `address`, sends 32 bytes there and back, and hangs up unless told to stay. */
  | { readonly type: 'dial'; readonly address: string; readonly stay: boolean }
  | { readonly type: 'hang-up' }
  /** Answers when the open direct connection has been closed by the other side. */
  | { readonly type: 'await-hang-up' }

export type DialAnswer =
  | { readonly type: 'started'; readonly address: string }
  | {
      readonly type: 'dialled'
      readonly elapsedMs: number
      readonly connectionsMade: number
      readonly connectionsHeld: number
    }
  | { readonly type: 'closed'; readonly atMs: number }

export type ToDialWorker = { readonly id: number; readonly command: DialCommand }

export type FromDialWorker =
  | { readonly kind: 'port'; readonly port: MessagePort }
  | { readonly kind: 'answer'; readonly id: number; readonly answer: DialAnswer }
  | { readonly kind: 'failure'; readonly id: number; readonly message: string }
