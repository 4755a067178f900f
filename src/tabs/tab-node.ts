import { QuireError } from '../errors.ts'
import { browserBroker } from './browser-broker.ts'
import type { ClientSlot } from './client-slot.ts'
import { Election } from './election.ts'
import { LeaderLink } from './leader-link.ts'
import { LeaderWatch } from './leader-watch.ts'
import type { NodeRole } from './node-role.ts'
import type { NodeWorker, NodeWorkerParts } from './node-worker.ts'
import { followPageLife, type LifeWindow } from './page-life.ts'
import type { PortBroker } from './port-broker.ts'
import { TabChannel, type TabMessage } from './tab-channel.ts'

export interface TabNodeParts extends NodeWorkerParts {
  /** By default the browser’s. */
  readonly locks?: LockManager | undefined
  /** By default a shared worker, or the service worker where there is none. */
  readonly broker?: PortBroker | undefined
  /** By default the page’s own. */
  readonly window?: LifeWindow | undefined
}

interface Leading {
  readonly id: string
  readonly worker: NodeWorker
}

interface TabNodeInit {
  readonly name: string
  readonly slot: ClientSlot
  readonly onRole: () => void
  /** A node is reached, here or elsewhere. */
  readonly onRunning: () => void
  readonly onFailed: (error: QuireError) => void
}

/** One tab’s part in the node of its origin: it leads, or follows the one that does, and changes over by itself. */
export class TabNode {
  role: NodeRole = 'starting'
  readonly #init: TabNodeInit
  readonly #broker: PortBroker
  readonly #channel: TabChannel
  readonly #election: Election
  readonly #link: LeaderLink
  readonly #watch: LeaderWatch
  readonly #window: LifeWindow
  readonly #unfollow: () => void
  #isFrozen = false
  /** The id under which this page’s worker runs the node, or will in a moment. */
  #leaderId: string | undefined
  #leading: Leading | undefined

  constructor(parts: TabNodeParts, init: TabNodeInit) {
    this.#init = init
    const { slot } = init
    this.#window = parts.window ?? window
    this.#broker = parts.broker ?? browserBroker()
    this.#channel = new TabChannel(init.name)
    this.#channel.onMessage((message) => this.#receive(message))
    this.#link = new LeaderLink({
      channel: this.#channel,
      broker: this.#broker,
      onClient: (client) => {
        slot.set(client)
        this.#watch.start()
        init.onRunning()
        init.onRole()
      },
      onGone: () => {
        this.#watch.stop()
        init.onRole()
      },
      onUnreachable: () => init.onFailed(unreachable()),
      onSilence: (questions) => this.#breakSilence(questions),
    })
    this.#watch = new LeaderWatch({
      ping: async () => slot.current?.ping(),
      askPage: () => this.#channel.tell({ type: 'seek', isLost: false }),
      isWanted: () => this.#window.document.visibilityState === 'visible' || slot.isWaiting,
      onMute: () => this.#leaveMute(),
    })
    this.#election = new Election(
      {
        ...parts,
        locks: parts.locks ?? navigator.locks,
        onRole: (role) => this.#become(role),
        onElected: () => this.#prepareToLead(),
        onLeading: (worker) => void this.#lead(worker),
        onFailed: init.onFailed,
      },
      init,
    )
    this.#unfollow = followPageLife(this.#window, {
      onFreeze: () => this.#freeze(),
      onThaw: () => this.#thaw(),
    })
    this.#start()
  }

  servePort(port: MessagePort): void {
    if (this.#leading === undefined) this.#broker.send(port)
    else this.#leading.worker.serve(port)
  }

  close(reason: QuireError): void {
    this.#unfollow()
    this.#leave(reason)
    this.#channel.close()
    this.#broker.close()
  }

  #start(): void {
    this.#link.start()
    this.#election.start()
  }

  #leave(reason: QuireError): void {
    this.#watch.stop()
    this.#link.stop()
    this.#election.stop(reason)
    this.#stopLeading()
    this.role = 'starting'
    this.#init.onRole()
  }

  #become(role: NodeRole): void {
    if (role === 'follower' && this.#stopLeading()) this.#link.start()
    this.role = role
    this.#init.onRole()
  }

  #prepareToLead(): void {
    this.#leaderId = crypto.randomUUID()
    this.#channel.tell({ type: 'starting', leader: this.#leaderId })
    // The node that it leads to has ended.
    this.#watch.stop()
    this.#link.stop()
  }

  async #lead(worker: NodeWorker): Promise<void> {
    const id = this.#leaderId ?? crypto.randomUUID()
    this.#leading = { id, worker }
    this.#openToOthers(worker)
    this.#channel.tell({ type: 'leader', leader: id })
    this.#init.slot.set(await worker.client)
    this.#init.onRunning()
  }

  #openToOthers(worker: NodeWorker): void {
    const { port1, port2 } = new MessageChannel()
    worker.serveFrom(port1)
    this.#broker.lead(port2)
  }

  /** False where it neither led nor was about to. */
  #stopLeading(): boolean {
    const id = this.#leaderId
    this.#leaderId = undefined
    this.#leading = undefined
    if (id === undefined) return false
    this.#channel.tell({ type: 'retired', leader: id })
    return true
  }

  #receive(message: TabMessage): void {
    if (message.type === 'leader' && message.leader === this.#link.leader) this.#watch.hear()
    if (message.type === 'seek') this.#answer(message.isLost)
    else if (message.type === 'mute') this.#hearOfMute(message.leader)
  }

  #answer(isLost: boolean): void {
    if (this.#leaderId === undefined || this.#isFrozen) return
    if (this.#leading === undefined) return this.#channel.tell({ type: 'starting', leader: this.#leaderId })
    if (isLost) {
      this.#broker.reopen()
      this.#openToOthers(this.#leading.worker)
    }
    this.#channel.tell({ type: 'leader', leader: this.#leading.id })
  }

  #hearOfMute(leader: string | undefined): void {
    if (this.#leading !== undefined) {
      // The worker is at fault, or this page was: in both cases others wait for a node that answers.
      if (leader === undefined || leader === this.#leading.id) this.#election.retire(mute())
    } else if (leader === undefined || leader === this.#link.leader) this.#election.takeFromMute()
  }

  #leaveMute(): void {
    const { leader } = this.#link
    this.#channel.tell({ type: 'mute', leader })
    this.#election.takeFromMute()
    this.#init.slot.current?.fail(mute())
  }

  #breakSilence(questions: number): void {
    this.#channel.tell({ type: 'mute' })
    this.#election.takeFromMute()
    this.#election.replaceMuteHeir(questions)
  }

  #freeze(): void {
    if (this.#isFrozen) return
    this.#isFrozen = true
    this.#leave(new QuireError('ERR_NODE_MOVED', 'The browser froze this tab.'))
  }

  #thaw(): void {
    if (!this.#isFrozen) return
    this.#isFrozen = false
    this.#start()
  }
}

function unreachable(): QuireError {
  return new QuireError('ERR_NODE_UNREACHABLE', 'Quire runs in another tab of this browser, which cannot be reached.')
}

function mute(): QuireError {
  return new QuireError('ERR_NODE_MOVED', 'The tab that ran Quire does not answer.')
}
