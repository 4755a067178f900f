/** What the tabs of an origin tell each other about who runs the node; ports go through a `PortBroker`. */
export type TabMessage =
  /** Its worker is about to run the node, and will say so. */
  | { readonly type: 'starting'; readonly leader: string }
  | { readonly type: 'leader'; readonly leader: string }
  /** Its worker runs the node no more. */
  | { readonly type: 'retired'; readonly leader: string }
  /** Who leads? `isLost`: a port that was sent there found nobody. */
  | { readonly type: 'seek'; readonly isLost: boolean }
  /** Whoever leads (the one that is named, if one is) answers nobody. */
  | { readonly type: 'mute'; readonly leader?: string | undefined }

export class TabChannel {
  readonly #channel: BroadcastChannel
  readonly #listeners = new Set<(message: TabMessage) => void>()

  constructor(name: string) {
    this.#channel = new BroadcastChannel(name)
    this.#channel.addEventListener('message', ({ data }: MessageEvent<TabMessage>) => {
      for (const listener of this.#listeners) listener(data)
    })
  }

  /** To all other tabs. */
  tell(message: TabMessage): void {
    this.#channel.postMessage(message)
  }

  onMessage(listener: (message: TabMessage) => void): () => void {
    this.#listeners.add(listener)
    return () => void this.#listeners.delete(listener)
  }

  close(): void {
    this.#listeners.clear()
    this.#channel.close()
  }
}
