/** Tabs of one origin in one page: each has a worker of its own; locks, channels and the shared worker are the browser’s. */
import { OriginNode } from '../origin-node.ts'

class TabDocument extends EventTarget {
  visibilityState: DocumentVisibilityState = 'visible'
}

class TabWindow extends EventTarget {
  readonly document = new TabDocument()
}

export class Tab {
  readonly node: OriginNode
  readonly #window = new TabWindow()
  #worker: Worker | undefined

  constructor(name: string) {
    this.node = new OriginNode(
      {
        createWorker: () => {
          this.#worker = new Worker(new URL('./tab.worker.ts', import.meta.url), { type: 'module' })
          return this.#worker
        },
        serveWebRtc: () => ({ stop: () => undefined }),
        isSecure: true,
        window: this.#window,
      },
      { name },
    )
  }

  /** Who answers this tab: the id of a worker. */
  async answeredBy(): Promise<string> {
    return (await (await this.node.open()).status()).peerId
  }

  /** As a browser does that is about to freeze a tab. */
  freeze(): void {
    this.#window.document.dispatchEvent(new Event('freeze'))
  }

  thaw(): void {
    this.#window.document.dispatchEvent(new Event('resume'))
  }

  /** As a tab that is closed: its worker ends without a word. */
  async close(): Promise<void> {
    this.#worker?.terminate()
    await this.node.close()
  }
}

export class Tabs {
  readonly name = `tabs-${crypto.randomUUID()}`
  readonly #open = new Set<Tab>()
  readonly #beats = new BroadcastChannel(`${this.name}-beats`)
  /** The workers that said that they run the node, in the order in which they said so, each time once. */
  readonly runners: string[] = []

  constructor() {
    this.#beats.addEventListener('message', ({ data }: MessageEvent<string>) => {
      if (this.runners.at(-1) !== data) this.runners.push(data)
    })
  }

  get list(): readonly Tab[] {
    return [...this.#open]
  }

  open(): Tab {
    const tab = new Tab(this.name)
    this.#open.add(tab)
    void tab.node.open().catch(() => undefined)
    return tab
  }

  /** Opens one and waits until it has its part. */
  async opened(role: OriginNode['role']): Promise<Tab> {
    const tab = this.open()
    await roleOf(tab, role)
    return tab
  }

  async close(tab: Tab): Promise<void> {
    this.#open.delete(tab)
    await tab.close()
  }

  async closeAll(): Promise<void> {
    for (const tab of this.#open) await this.close(tab)
    this.#beats.close()
  }
}

/** Resolves when a tab has this role. */
export function roleOf({ node }: Tab, role: OriginNode['role']): Promise<void> {
  return new Promise((resolve) => {
    const look = (): void => {
      if (node.role !== role) return
      unlisten()
      resolve()
    }
    const unlisten = node.onRole(look)
    look()
  })
}
