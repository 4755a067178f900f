import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { BEHAVIOURS, type BehaviourName } from './hostile-behaviours.ts'

// Every key of the table is a name.
export const BEHAVIOUR_NAMES = Object.keys(BEHAVIOURS) as BehaviourName[]

export interface HostilePeerInit {
  /** The compiled `hostile-process.ts`. */
  readonly program: string
  readonly behaviour: BehaviourName
  readonly keeperAddress: string
  /** The file whose dataset it pretends to serve. */
  readonly path: string
  /** A link to that dataset, where one is known: then it tells the keeper that it holds it. */
  readonly link: string
}

/** A process that speaks the protocol and breaks its rules; it is there some seconds after it was made. */
export class HostilePeer {
  readonly #child: ChildProcess
  #address: string | undefined

  constructor({ program, behaviour, keeperAddress, path, link }: HostilePeerInit) {
    const args = [behaviour, keeperAddress, path, link]
    this.#child = fork(program, args, { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] })
    this.#child.once('message', (address: unknown) => {
      if (typeof address === 'string') this.#address = address
    })
  }

  /** Where others dial it, a multiaddr; undefined until it listens. */
  get address(): string | undefined {
    return this.#address
  }

  /** Ends it as a power cut does: nobody hears a goodbye. */
  async kill(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return
    const exited = once(this.#child, 'exit')
    this.#child.kill('SIGKILL')
    await exited
  }
}
