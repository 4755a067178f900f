/** What a browser test says to the worker that it drives (`peer.worker.ts`), and what the worker answers. */
export interface Signal {
  readonly description?: { readonly type: 'answer' | 'offer' | 'pranswer' | 'rollback'; readonly sdp: string }
  readonly candidate?: object
}

export type PeerCommand =
  /** Makes the connection; the caller also makes the channel `data` and the offer. Answers when that is open. */
  | { readonly type: 'connect'; readonly role: 'caller' | 'callee' }
  | { readonly type: 'send'; readonly messageCount: number; readonly messageSizeBytes: number }
  /** Answers when so many messages have come; the worker stands still for `blockMs` after each `blockEvery`. */
  | {
      readonly type: 'receive'
      readonly messageCount: number
      readonly blockEvery: number
      readonly blockMs: number
    }
  | { readonly type: 'hang-up' }
  /** Answers when the connection is closed by anybody else. */
  | { readonly type: 'await-closed' }
  | { readonly type: 'close-unbound-channel' }
  | { readonly type: 'channel-state' }
  | { readonly type: 'stats' }
  | { readonly type: 'certificate' }
  | { readonly type: 'gathered-to-null' }
  | { readonly type: 'make'; readonly count: number; readonly close: boolean }
  | { readonly type: 'construct' }
  | { readonly type: 'budget' }

export type PeerReply = Readonly<Record<string, string | number | boolean | null>>

export type ToPeer =
  | { readonly kind: 'command'; readonly id: number; readonly command: PeerCommand }
  | { readonly kind: 'signal'; readonly signal: Signal }

export type FromPeer =
  | { readonly kind: 'port'; readonly port: MessagePort }
  | { readonly kind: 'signal'; readonly signal: Signal }
  | { readonly kind: 'reply'; readonly id: number; readonly reply: PeerReply }
  | { readonly kind: 'failure'; readonly id: number; readonly message: string }
