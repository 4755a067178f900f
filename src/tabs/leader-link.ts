/**
 * The way of a page to a node that another tab runs.
 *
 *   seek ──▶ all tabs        the one that leads ── leader {id} ──▶ a port through the broker ──▶ a ping ──▶ connected
 *   no answer to a ping, or to three questions ──▶ onMute
 */
import { QuireError } from '../errors.ts'
import { NodeClient } from '../rpc/client.ts'
import type { PortBroker } from './port-broker.ts'
import type { TabChannel, TabMessage } from './tab-channel.ts'
import { pause } from './waits.ts'

/** How long a port may be on its way before another is sent, and how often the leader is asked for. */
const HELLO_MS = 1_000
/** So many ports in a row that found nobody, though somebody says that they lead, and there is no way there. */
const MAX_LOST_PORTS = 10
/** So many questions without an answer of anybody, and whoever leads counts as mute. */
const MAX_UNANSWERED = 3

interface LeaderLinkComponents {
  readonly channel: TabChannel
  readonly broker: PortBroker
  readonly onClient: (client: NodeClient, leader: string) => void
  /** The node that was connected is gone, or its port is. */
  readonly onGone: () => void
  /** Nobody says that they lead; told again with each question that nobody answers, with their number. */
  readonly onSilence: (questions: number) => void
  /** Somebody leads, and nothing gets there. */
  readonly onUnreachable: () => void
}

export class LeaderLink {
  readonly #components: LeaderLinkComponents
  #running: AbortController | undefined
  #attempt: AbortController | undefined
  #connected: { readonly leader: string; readonly client: NodeClient } | undefined
  #unanswered = 0
  #lostPorts = 0

  constructor(components: LeaderLinkComponents) {
    this.#components = components
  }

  get leader(): string | undefined {
    return this.#connected?.leader
  }

  /** Looks for who leads until `stop`, and again whenever that one is gone. */
  start(): void {
    this.stop()
    const running = new AbortController()
    this.#running = running
    const unlisten = this.#components.channel.onMessage((message) => this.#receive(message))
    running.signal.addEventListener('abort', unlisten)
    void this.#seek(running.signal)
  }

  stop(): void {
    this.#running?.abort(new QuireError('ERR_NODE_STOPPED', 'This page reaches the node by itself.'))
    this.#running = undefined
    this.#attempt?.abort()
    this.#drop(new QuireError('ERR_NODE_MOVED', 'Quire moved to this tab.'))
  }

  async #seek(signal: AbortSignal): Promise<void> {
    this.#unanswered = 0
    while (!signal.aborted) {
      if (this.#connected === undefined) {
        this.#components.channel.tell({ type: 'seek', isLost: this.#lostPorts > 0 })
        if (this.#unanswered++ >= MAX_UNANSWERED) this.#components.onSilence(this.#unanswered)
      }
      await pause(HELLO_MS, signal).catch(() => undefined)
    }
  }

  #receive(message: TabMessage): void {
    if (message.type === 'seek' || message.type === 'mute') return
    this.#unanswered = 0
    const isOther = this.#connected?.leader !== message.leader
    if (message.type === 'retired' || message.type === 'starting') {
      // One who starts does so because the one before is gone.
      if (isOther === (message.type === 'starting')) this.#drop(movedAway())
    } else if (isOther) this.#connect(message.leader)
  }

  #connect(leader: string): void {
    this.#attempt?.abort()
    this.#attempt = new AbortController()
    void this.#try(leader, this.#attempt.signal)
  }

  async #try(leader: string, signal: AbortSignal): Promise<void> {
    const { port1, port2 } = new MessageChannel()
    const client = new NodeClient(port1)
    // Not every browser tells; the next leader does.
    port1.addEventListener('close', () => client.fail(movedAway()))
    this.#components.broker.send(port2)
    try {
      await client.ping({ signal: AbortSignal.any([signal, AbortSignal.timeout(HELLO_MS)]) })
      signal.throwIfAborted()
    } catch {
      client.close()
      if (signal.aborted) return
      // The next question says so, and whoever leads takes a place at a new switchboard.
      this.#lostPorts++
      this.#components.broker.reopen()
      if (this.#lostPorts === MAX_LOST_PORTS) this.#components.onUnreachable()
      return
    }
    this.#lostPorts = 0
    this.#drop(movedAway())
    this.#connected = { leader, client }
    this.#components.onClient(client, leader)
    void client.closed.then(() => {
      if (this.#connected?.client !== client) return
      this.#connected = undefined
      this.#components.onGone()
      if (this.#running !== undefined) this.#components.channel.tell({ type: 'seek', isLost: false })
    })
  }

  #drop(reason: QuireError): void {
    const connected = this.#connected
    connected?.client.fail(reason)
  }
}

function movedAway(): QuireError {
  return new QuireError('ERR_NODE_MOVED', 'The tab that ran Quire ended.')
}
